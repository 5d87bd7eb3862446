package dev.larder.server.command;

import dev.larder.protocol.bytes.WordTable;
import dev.larder.server.watch.Timing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One command or subcommand, as the table describes it. Immutable when the table is made. */
final class Command implements Timing.Kind {
    /** What a command does. Throws {@link Complaint} for what it refuses. */
    @FunctionalInterface
    interface Body {
        void run(Call call);
    }

    private final String name;
    private final int arity;
    private final Set<String> flags;
    private final List<KeySpec> keys;
    private final Set<String> categories;
    private final String group;
    private final String since;
    private final String summary;
    private final String note;
    private final @Nullable Body body;
    private final Map<String, Command> subcommands = new LinkedHashMap<>();
    private @Nullable WordTable<Command> lookup;

    private int number = -1;

    // What every call asks for.
    private final boolean isWrite;
    private final boolean needsLogin;
    private final boolean isForListeners;
    private final boolean runsAtOnce;

    /** @param row the columns of the table */
    Command(List<String> row, @Nullable Body body) {
        name = row.get(0);
        arity = Integer.parseInt(row.get(1));
        flags = words(row.get(2));
        keys = KeySpec.parse(row.get(3));
        group = row.get(5);
        categories = Categories.of(flags, words(row.get(4)));
        since = row.get(6);
        summary = row.get(7);
        note = row.size() > 8 ? row.get(8) : "";
        this.body = body;
        isWrite = flags.contains("write");
        needsLogin = !flags.contains("no_auth");
        isForListeners = Set.of(
                        "subscribe",
                        "unsubscribe",
                        "psubscribe",
                        "punsubscribe",
                        "ssubscribe",
                        "sunsubscribe",
                        "ping",
                        "quit",
                        "reset")
                .contains(name);
        runsAtOnce =
                Set.of("exec", "discard", "multi", "watch", "quit", "reset").contains(name);
    }

    private static Set<String> words(String written) {
        return written.equals("-") ? Set.of() : new java.util.LinkedHashSet<>(List.of(written.split(" ")));
    }

    void add(Command sub) {
        subcommands.put(sub.name.substring(name.length() + 1), sub);
        lookup = WordTable.ignoringCase(subcommands);
    }

    /** Which one it is in the table. */
    @Override
    public int number() {
        return number;
    }

    void number(int place) {
        number = place;
    }

    /** The name; of a subcommand with its container's, as in {@code client|list}. */
    @Override
    public String name() {
        return name;
    }

    int arity() {
        return arity;
    }

    /** Whether so many words are right. */
    boolean takes(int count) {
        return arity >= 0 ? count == arity : count >= -arity;
    }

    /** The flags that Redis has names for. */
    List<String> flags() {
        return Categories.FLAGS.stream().filter(flags::contains).toList();
    }

    @Override
    public boolean has(String flag) {
        return flags.contains(flag);
    }

    List<KeySpec> keys() {
        return keys;
    }

    Set<String> categories() {
        return categories;
    }

    String group() {
        return group;
    }

    String since() {
        return since;
    }

    String summary() {
        return summary;
    }

    /** Where it differs from Redis 7; empty if it does not. */
    String note() {
        return note;
    }

    Map<String, Command> subcommands() {
        return subcommands;
    }

    /** The subcommand of a word, or null. */
    @Nullable Command subcommand(byte[] array, int offset, int length) {
        return lookup == null ? null : lookup.find(array, offset, length);
    }

    boolean isContainer() {
        return lookup != null;
    }

    /** Null for a container that means nothing by itself. */
    @Nullable Body body() {
        return body;
    }

    boolean isWrite() {
        return isWrite;
    }

    boolean needsLogin() {
        return needsLogin;
    }

    /** Whether rules may forbid it; what logs in and out is for everybody. */
    boolean needsRights() {
        return needsLogin;
    }

    /** Whether a RESP2 client that listens to channels may use it. */
    boolean isForListeners() {
        return isForListeners;
    }

    /** Whether it does not wait for EXEC. */
    boolean runsAtOnce() {
        return runsAtOnce;
    }

    /** As people write it: {@code CLIENT LIST}. */
    String title() {
        return name.replace('|', ' ').toUpperCase(Locale.ROOT);
    }
}
