package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Glob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code COMMAND}: what the table says, to clients. */
final class CommandCommands {
    private static final byte[] FILTERBY = Ascii.bytes("filterby");
    private static final byte[] MODULE = Ascii.bytes("module");
    private static final byte[] ACLCAT = Ascii.bytes("aclcat");
    private static final byte[] PATTERN = Ascii.bytes("pattern");
    private static final int FIELDS = 10;
    private static final String INVALID = "ERR Invalid command specified";
    private static final String NO_KEYS = "ERR The command has no key arguments";
    private static final String WRONG_WORDS = "ERR Invalid arguments specified for command";
    private static final String WRONG_COUNT = "ERR Invalid number of arguments specified for command";
    /** The flags of keys that say what becomes of the value, written in capitals. */
    private static final Set<String> CAPITALS = Set.of("RO", "RW", "OW", "RM");

    private CommandCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("command", call -> {
            Collection<Command> all = call.node().table().all();
            call.out().array(all.size());
            all.forEach(command -> describe(call.out(), command));
        });
        bodies.put(
                "command|count",
                call -> call.out().integer(call.node().table().all().size()));
        bodies.put("command|info", CommandCommands::info);
        bodies.put("command|docs", CommandCommands::docs);
        bodies.put("command|list", CommandCommands::list);
        bodies.put("command|getkeys", CommandCommands::getkeys);
        bodies.put("command|help", HelpText::reply);
    }

    private static void info(Call call) {
        if (call.count() == 2) {
            Collection<Command> all = call.node().table().all();
            call.out().array(all.size());
            all.forEach(command -> describe(call.out(), command));
            return;
        }
        call.out().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            Command command = named(call, i);
            if (command == null) {
                call.out().nilArray();
            } else {
                describe(call.out(), command);
            }
        }
    }

    private static @Nullable Command named(Call call, int index) {
        return call.node().table().named(call.text(index).toLowerCase(Locale.ROOT));
    }

    private static void describe(ReplyWriter out, Command command) {
        List<KeySpec> keys = command.keys().stream()
                .filter(spec -> spec.kind() == KeySpec.Kind.RANGE)
                .toList();
        out.array(FIELDS);
        out.bulk(command.name());
        out.integer(command.arity());
        out.set(command.flags().size());
        command.flags().forEach(out::simple);
        out.integer(keys.isEmpty() ? 0 : keys.get(0).first());
        out.integer(keys.isEmpty() ? 0 : keys.get(keys.size() - 1).last());
        out.integer(keys.isEmpty() ? 0 : keys.get(keys.size() - 1).step());
        out.set(command.categories().size());
        command.categories().forEach(category -> out.simple("@" + category));
        out.array(0);
        out.array(command.keys().size());
        command.keys().forEach(spec -> describe(out, spec));
        out.array(command.subcommands().size());
        command.subcommands().values().forEach(sub -> describe(out, sub));
    }

    private static void describe(ReplyWriter out, KeySpec spec) {
        out.map(3);
        out.bulk("flags");
        out.set(spec.flags().size());
        for (String flag : spec.flags()) {
            out.simple(CAPITALS.contains(flag) ? flag : flag.toLowerCase(Locale.ROOT));
        }
        boolean isHalf = spec.kind() == KeySpec.Kind.HALF_BEHIND_WORD;
        boolean isBehind = spec.kind() == KeySpec.Kind.BEHIND_WORD || isHalf;
        out.bulk("begin_search");
        out.map(2);
        out.bulk("type");
        out.bulk(isBehind ? "keyword" : "index");
        out.bulk("spec");
        out.map(isBehind ? 2 : 1);
        if (isBehind) {
            out.bulk("keyword");
            out.bulk(spec.keyword());
            out.bulk("startfrom");
        } else {
            out.bulk("index");
        }
        out.integer(spec.first());
        out.bulk("find_keys");
        out.map(2);
        out.bulk("type");
        boolean isCounted = spec.kind() == KeySpec.Kind.COUNTED;
        out.bulk(isCounted ? "keynum" : "range");
        out.bulk("spec");
        out.map(3);
        if (isCounted) {
            out.bulk("keynumidx");
            out.integer(0);
            out.bulk("firstkey");
            out.integer(1);
            out.bulk("keystep");
            out.integer(spec.step());
            return;
        }
        boolean isOne = isBehind || spec.last() == spec.first();
        out.bulk("lastkey");
        out.integer(isHalf ? -1 : isOne ? 0 : spec.last() < 0 ? spec.last() : spec.last() - (long) spec.first());
        out.bulk("keystep");
        out.integer(isBehind ? 1 : spec.step());
        out.bulk("limit");
        out.integer(isHalf ? 2 : 0);
    }

    private static void docs(Call call) {
        List<Command> wanted = new ArrayList<>();
        if (call.count() == 2) {
            wanted.addAll(call.node().table().all());
        }
        for (int i = 2; i < call.count(); i++) {
            Command command = named(call, i);
            if (command != null) {
                wanted.add(command);
            }
        }
        call.out().map(wanted.size());
        wanted.forEach(command -> document(call.out(), command));
    }

    private static void document(ReplyWriter out, Command command) {
        boolean isContainer = command.isContainer();
        out.bulk(command.name());
        out.map(isContainer ? 4 : 3);
        out.bulk("summary");
        out.bulk(command.summary());
        out.bulk("since");
        out.bulk(command.since());
        out.bulk("group");
        out.bulk(command.group());
        if (isContainer) {
            out.bulk("subcommands");
            out.map(command.subcommands().size());
            command.subcommands().values().forEach(sub -> document(out, sub));
        }
    }

    private static void list(Call call) {
        Predicate<Command> wanted = command -> true;
        if (call.count() > 2) {
            if (call.count() != 5 || !call.is(2, FILTERBY)) {
                throw new Complaint(Complaint.SYNTAX);
            }
            byte[] value = call.arguments().copy(4);
            String text = call.text(4).toLowerCase(Locale.ROOT);
            if (call.is(3, MODULE)) {
                wanted = command -> false;
            } else if (call.is(3, ACLCAT)) {
                wanted = command -> command.categories().contains(text);
            } else if (call.is(3, PATTERN)) {
                wanted = command ->
                        Glob.matchesIgnoringCase(value, command.name().getBytes(StandardCharsets.UTF_8));
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
        List<String> names = new ArrayList<>();
        for (Command command : call.node().table().all()) {
            List<Command> family = new ArrayList<>(command.subcommands().values());
            family.add(0, command);
            family.stream().filter(wanted).map(Command::name).forEach(names::add);
        }
        call.out().array(names.size());
        names.forEach(call.out()::bulk);
    }

    private static void getkeys(Call call) {
        Arguments arguments = call.arguments();
        Command command = named(call, 2);
        if (command != null && command.isContainer() && call.count() > 3) {
            Command sub = command.subcommand(arguments.array(3), arguments.offset(3), arguments.length(3));
            command = sub == null ? command : sub;
        }
        if (command == null) {
            throw new Complaint(INVALID);
        }
        if (command.keys().isEmpty()) {
            throw new Complaint(NO_KEYS);
        }
        int count = call.count() - 2;
        if (!command.takes(count)) {
            throw new Complaint(WRONG_COUNT);
        }
        List<byte[]> keys = new ArrayList<>();
        for (KeySpec spec : command.keys()) {
            spec.each(arguments, 2, i -> keys.add(arguments.copy(i + 2)));
        }
        if (keys.isEmpty()) {
            throw new Complaint(WRONG_WORDS);
        }
        call.out().array(keys.size());
        keys.forEach(call.out()::bulk);
    }
}
