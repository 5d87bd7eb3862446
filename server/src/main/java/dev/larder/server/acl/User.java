package dev.larder.server.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A user, whose rules can change while connections use it. Thread-safe. */
public final class User {
    private final String name;
    private final int commandCount;
    private volatile Definition definition;
    private volatile boolean isUnlimited;

    /** What a user is at one time. Immutable. */
    record Definition(
            boolean isOn, boolean needsNoPassword, Set<String> passwords, Rights root, List<Rights> selectors) {
        static final Definition FRESH = new Definition(false, false, Set.of(), Rights.none(), List.of());
    }

    User(String name, int commandCount, Definition definition) {
        this.name = name;
        this.commandCount = commandCount;
        this.definition = definition;
        this.isUnlimited = definition.root().isUnlimited(commandCount);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    Definition definition() {
        return definition;
    }

    void define(Definition next) {
        definition = next;
        isUnlimited = next.root().isUnlimited(commandCount);
    }

    /** Whether it may do everything, which needs no further look. */
    public boolean isUnlimited() {
        return isUnlimited;
    }

    /** Whether it may log in. */
    public boolean isOn() {
        return definition.isOn();
    }

    /** Whether any password will do, and connections that send none are logged in as {@code default}. */
    public boolean needsNoPassword() {
        return definition.needsNoPassword();
    }

    /** Whether one may log in by this password. Takes the same time for each wrong one. */
    public boolean accepts(byte[] password) {
        Definition now = definition;
        byte[] given = digest(password).getBytes(StandardCharsets.US_ASCII);
        boolean isRight = now.needsNoPassword();
        for (String each : now.passwords()) {
            isRight |= MessageDigest.isEqual(each.getBytes(StandardCharsets.US_ASCII), given);
        }
        return isRight && now.isOn();
    }

    static String digest(byte[] password) {
        return HexFormat.of().formatHex(Passwords.digest(password));
    }

    /** Why a request is refused; null if it is not. */
    public @Nullable Denial check(Request request) {
        Definition now = definition;
        Denial nearest = check(now.root(), request);
        for (int i = 0; nearest != null && i < now.selectors().size(); i++) {
            Denial next = check(now.selectors().get(i), request);
            nearest = next == null || next.reason().compareTo(nearest.reason()) > 0 ? next : nearest;
        }
        return nearest;
    }

    /** Whether it may listen to a channel, or to a pattern of them. */
    public boolean mayHear(byte[] name, boolean isPattern) {
        Request.Channel channel = new Request.Channel(name, isPattern);
        Definition now = definition;
        return now.root().mayUse(channel) || now.selectors().stream().anyMatch(each -> each.mayUse(channel));
    }

    private static @Nullable Denial check(Rights rights, Request request) {
        if (!rights.mayRun(request)) {
            return new Denial(Denial.Reason.COMMAND, request.name());
        }
        for (Request.Key key : request.keys()) {
            if (!rights.mayUse(key)) {
                return new Denial(Denial.Reason.KEY, Rights.latin(key.name()));
            }
        }
        for (Request.Channel channel : request.channels()) {
            if (!rights.mayUse(channel)) {
                return new Denial(Denial.Reason.CHANNEL, Rights.latin(channel.name()));
            }
        }
        return null;
    }

    /** The words that say whether it is on and needs a password. */
    public List<String> flags() {
        List<String> words = new ArrayList<>();
        words.add(definition.isOn() ? "on" : "off");
        if (definition.needsNoPassword()) {
            words.add("nopass");
        }
        return words;
    }

    /** The digests of its passwords. */
    public List<String> passwords() {
        return List.copyOf(definition.passwords());
    }

    /** A set of rules as it is shown: of commands, keys and channels. */
    public record Shown(String commands, String keys, String channels) {}

    /** Its sets of rules, the one without parentheses first. */
    public List<Shown> shown() {
        List<Rights> all = new ArrayList<>(List.of(definition.root()));
        all.addAll(definition.selectors());
        return all.stream()
                .map(each -> new Shown(each.commandText(), each.keyText(), each.channelText()))
                .toList();
    }

    /** Its line in a file of rules. */
    public String line() {
        List<String> words = new ArrayList<>(List.of("user", name));
        words.addAll(flags());
        definition.passwords().forEach(each -> words.add("#" + each));
        words.add(definition.root().describe());
        definition.selectors().forEach(each -> words.add("(" + each.describe() + ")"));
        return String.join(" ", words);
    }
}
