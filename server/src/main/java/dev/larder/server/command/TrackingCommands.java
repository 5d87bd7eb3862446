package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Client;
import dev.larder.server.client.Key;
import dev.larder.server.client.Tracking;
import dev.larder.server.event.Invalidations;
import dev.larder.server.event.Notices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Clients that cache what they read, and are told of changes. */
final class TrackingCommands {
    private static final byte[] ON = Ascii.bytes("on");
    private static final byte[] OFF = Ascii.bytes("off");
    private static final byte[] YES = Ascii.bytes("yes");
    private static final byte[] NO = Ascii.bytes("no");
    private static final byte[] REDIRECT = Ascii.bytes("redirect");
    private static final byte[] BCAST = Ascii.bytes("bcast");
    private static final byte[] PREFIX = Ascii.bytes("prefix");
    private static final byte[] OPTIN = Ascii.bytes("optin");
    private static final byte[] OPTOUT = Ascii.bytes("optout");
    private static final byte[] NOLOOP = Ascii.bytes("noloop");
    /** Those that are told to only read: what they read, their commands say. */
    private static final Set<String> SCRIPTS = Set.of("eval_ro", "evalsha_ro");

    private static final int MOST_PREFIXES = 4_096;
    private static final String TWO_TARGETS = "ERR A client can only redirect to a single other client";
    private static final String NO_TARGET = "ERR The client ID you want redirect to does not exist";
    private static final String NEEDS_BCAST = "ERR PREFIX option requires BCAST mode to be enabled";
    private static final String OTHER_MODE = "ERR You can't switch BCAST mode on/off before disabling tracking for this"
            + " client, and then re-enabling it with a different mode.";
    private static final String NOT_WITH_BCAST = "ERR OPTIN and OPTOUT are not compatible with BCAST";
    private static final String BOTH = "ERR You can't specify both OPTIN mode and OPTOUT mode";
    private static final String OTHER_OPT = "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this"
            + " client, and then re-enabling it with a different mode.";
    private static final String NO_MODE = "ERR CLIENT CACHING can be called only when the client is in tracking mode"
            + " with OPTIN or OPTOUT mode enabled";
    private static final String NO_OPTIN =
            "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.";
    private static final String NO_OPTOUT =
            "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.";

    private TrackingCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("client|tracking", TrackingCommands::track);
        bodies.put("client|caching", TrackingCommands::caching);
        bodies.put("client|getredir", call -> {
            Tracking tracking = call.client().tracking();
            call.out().integer(tracking == null ? -1 : tracking.redirect());
        });
        bodies.put("client|trackinginfo", TrackingCommands::describe);
    }

    /** What was asked for. */
    private static final class Wish {
        private long redirect;
        private boolean broadcasts;
        private boolean isOptIn;
        private boolean isOptOut;
        private boolean skipsOwn;
        private final List<Key> prefixes = new ArrayList<>();

        Wish(Call call) {
            for (int i = 3; i < call.count(); i++) {
                boolean hasMore = i + 1 < call.count();
                if (call.is(i, REDIRECT) && hasMore) {
                    if (redirect != 0) {
                        throw new Complaint(TWO_TARGETS);
                    }
                    redirect = call.integer(++i);
                    if (call.node().clients().numbered(redirect) == null) {
                        throw new Complaint(NO_TARGET);
                    }
                } else if (call.is(i, PREFIX) && hasMore) {
                    prefixes.add(new Key(call.arguments().copy(++i)));
                } else if (!takes(call, i)) {
                    throw new Complaint(Complaint.SYNTAX);
                }
            }
        }

        private boolean takes(Call call, int index) {
            if (call.is(index, BCAST)) {
                broadcasts = true;
            } else if (call.is(index, OPTIN)) {
                isOptIn = true;
            } else if (call.is(index, OPTOUT)) {
                isOptOut = true;
            } else if (call.is(index, NOLOOP)) {
                skipsOwn = true;
            } else {
                return false;
            }
            return true;
        }

        void check(@Nullable Tracking before) {
            if (!broadcasts && !prefixes.isEmpty()) {
                throw new Complaint(NEEDS_BCAST);
            }
            if (before != null && before.broadcasts() != broadcasts) {
                throw new Complaint(OTHER_MODE);
            }
            if (broadcasts && (isOptIn || isOptOut)) {
                throw new Complaint(NOT_WITH_BCAST);
            }
            if (isOptIn && isOptOut) {
                throw new Complaint(BOTH);
            }
            if (before != null && ((isOptIn && before.isOptOut()) || (isOptOut && before.isOptIn()))) {
                throw new Complaint(OTHER_OPT);
            }
            if (broadcasts) {
                checkPrefixes(before == null ? List.of() : before.prefixes());
            }
        }

        private void checkPrefixes(List<Key> known) {
            if (known.size() + prefixes.size() > MOST_PREFIXES) {
                throw new Complaint("ERR a connection may be told of at most " + MOST_PREFIXES + " prefixes");
            }
            for (int i = 0; i < prefixes.size(); i++) {
                for (Key other : known) {
                    refuseOverlap(prefixes.get(i), other, "an existing");
                }
                for (Key other : prefixes.subList(i + 1, prefixes.size())) {
                    refuseOverlap(prefixes.get(i), other, "another provided");
                }
            }
        }

        private static void refuseOverlap(Key one, Key other, String which) {
            int common = Math.min(one.bytes().length, other.bytes().length);
            if (Arrays.equals(one.bytes(), 0, common, other.bytes(), 0, common)) {
                throw new Complaint("ERR Prefix '" + one + "' overlaps with " + which + " prefix '" + other
                        + "'. Prefixes for a single client must not overlap.");
            }
        }

        Tracking tracking(@Nullable Tracking before) {
            Set<Key> all = new LinkedHashSet<>(before == null ? List.of() : before.prefixes());
            all.addAll(prefixes);
            if (broadcasts && prefixes.isEmpty()) {
                all.add(new Key(new byte[0]));
            }
            return new Tracking(redirect, broadcasts, isOptIn, isOptOut, skipsOwn, List.copyOf(all));
        }
    }

    private static void track(Call call) {
        Wish wish = new Wish(call);
        Notices notices = call.node().notices();
        Client client = call.client();
        if (call.is(2, ON)) {
            Tracking before = client.tracking();
            wish.check(before);
            notices.start(client, wish.tracking(before));
        } else if (call.is(2, OFF)) {
            notices.stop(client);
        } else {
            throw new Complaint(Complaint.SYNTAX);
        }
        call.out().ok();
    }

    private static void caching(Call call) {
        Tracking tracking = call.client().tracking();
        if (tracking == null) {
            throw new Complaint(NO_MODE);
        }
        if (call.is(2, YES)) {
            if (!tracking.isOptIn()) {
                throw new Complaint(NO_OPTIN);
            }
        } else if (!call.is(2, NO)) {
            throw new Complaint(Complaint.SYNTAX);
        } else if (!tracking.isOptOut()) {
            throw new Complaint(NO_OPTOUT);
        }
        call.client().caching(true);
        call.out().ok();
    }

    private static void describe(Call call) {
        Client client = call.client();
        Tracking tracking = client.tracking();
        ReplyWriter out = call.out();
        List<String> flags = new ArrayList<>();
        flags.add(tracking == null ? "off" : "on");
        if (tracking != null) {
            addIf(flags, tracking.broadcasts(), "bcast");
            addIf(flags, tracking.isOptIn(), "optin");
            addIf(flags, tracking.isOptIn() && client.isCaching(), "caching-yes");
            addIf(flags, tracking.isOptOut(), "optout");
            addIf(flags, tracking.isOptOut() && client.isCaching(), "caching-no");
            addIf(flags, tracking.skipsOwn(), "noloop");
            addIf(flags, client.isRedirectBroken(), "broken_redirect");
        }
        out.map(3);
        out.bulk("flags");
        out.set(flags.size());
        flags.forEach(out::bulk);
        out.bulk("redirect");
        out.integer(tracking == null ? -1 : tracking.redirect());
        out.bulk("prefixes");
        List<Key> prefixes = tracking == null ? List.of() : tracking.prefixes();
        out.array(prefixes.size());
        prefixes.forEach(prefix -> out.bulk(prefix.bytes()));
    }

    private static void addIf(List<String> flags, boolean is, String flag) {
        if (is) {
            flags.add(flag);
        }
    }

    // Around other commands.

    /**
     * Remembers the keys that a command is about to read for a client that caches. Of a script these are those that its
     * commands read, whether it declared them or not.
     */
    static void remember(Client client, Command command, Arguments arguments, Node node) {
        Tracking tracking = client.tracking();
        boolean isWanted = tracking != null
                && !tracking.broadcasts()
                && command.has("readonly")
                && !SCRIPTS.contains(command.name())
                && (!tracking.isOptIn() || client.isCaching())
                && (!tracking.isOptOut() || !client.isCaching());
        if (isWanted) {
            Invalidations invalidations = node.notices().invalidations();
            for (KeySpec spec : command.keys()) {
                spec.each(arguments, 0, i -> invalidations.remember(client, new Key(arguments.copy(i))));
            }
        }
    }

    /** A command found no room, maybe when it had done a part of its work. */
    static void doubt(Call call) {
        if (call.node().notices().isOn()) {
            for (KeySpec spec : call.command().keys()) {
                spec.each(
                        call.arguments(),
                        0,
                        i -> call.node().notices().noteDoubt(call.arguments().copy(i)));
            }
        }
    }

    /** {@code CLIENT CACHING} is of the next command, or transaction, and of no other. */
    static void ranOne(Client client, @Nullable Command command) {
        boolean isOver = client.isCaching()
                && !client.transaction().isOpen()
                && (command == null || !command.name().startsWith("client|"));
        if (isOver) {
            client.caching(false);
        }
    }
}
