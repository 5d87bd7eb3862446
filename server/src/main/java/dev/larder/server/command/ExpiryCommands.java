package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import java.util.Map;

/** When keys expire. */
final class ExpiryCommands {
    private static final long NX = Ascii.word("nx");
    private static final long XX = Ascii.word("xx");
    private static final long GT = Ascii.word("gt");
    private static final long LT = Ascii.word("lt");
    private static final String NX_ALONE = "ERR NX and XX, GT or LT options at the same time are not compatible";
    private static final String GT_OR_LT = "ERR GT and LT options at the same time are not compatible";

    private ExpiryCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("expire", call -> expire(call, Expiry.SECOND, true));
        bodies.put("pexpire", call -> expire(call, 1, true));
        bodies.put("expireat", call -> expire(call, Expiry.SECOND, false));
        bodies.put("pexpireat", call -> expire(call, 1, false));
        bodies.put("ttl", call -> tell(call, Expiry.SECOND, true));
        bodies.put("pttl", call -> tell(call, 1, true));
        bodies.put("expiretime", call -> tell(call, Expiry.SECOND, false));
        bodies.put("pexpiretime", call -> tell(call, 1, false));
        bodies.put("persist", ExpiryCommands::persist);
    }

    /** What must be true of the expiry that is there. */
    record Condition(boolean nx, boolean xx, boolean gt, boolean lt) {
        static final Condition NONE = new Condition(false, false, false, false);

        /** The same with one more word; null for a word that is none of these. */
        @org.jspecify.annotations.Nullable Condition and(long word) {
            return word == NX
                    ? new Condition(true, xx, gt, lt)
                    : word == XX
                            ? new Condition(nx, true, gt, lt)
                            : word == GT
                                    ? new Condition(nx, xx, true, lt)
                                    : word == LT ? new Condition(nx, xx, gt, true) : null;
        }

        Condition checked() {
            if (nx && (xx || gt || lt)) {
                throw new Complaint(NX_ALONE);
            }
            if (gt && lt) {
                throw new Complaint(GT_OR_LT);
            }
            return this;
        }

        boolean isMet(long now, long wanted) {
            boolean never = now == Entry.NEVER;
            return !(nx && !never) && !(xx && never) && !(gt && wanted <= now) && !(lt && wanted >= now);
        }
    }

    private static void expire(Call call, int unit, boolean isRelative) {
        Condition condition = Condition.NONE;
        for (int i = 3; i < call.count(); i++) {
            Condition more = condition.and(call.arguments().word(i));
            if (more == null) {
                throw new Complaint("ERR Unsupported option " + call.text(i));
            }
            condition = more;
        }
        condition = condition.checked();
        long expiresAt = Expiry.any(call, 2, unit, isRelative);
        try (Entry entry = call.open(1)) {
            call.touch(entry);
            boolean isMet = entry.isPresent() && condition.isMet(entry.expiresAt(), expiresAt);
            if (isMet && expiresAt <= call.now()) {
                entry.remove();
                call.notify(Event.DEL, entry);
            } else if (isMet) {
                entry.expire(expiresAt);
                call.notify(Event.EXPIRE, entry);
            }
            call.out().integer(isMet ? 1 : 0);
        }
    }

    private static void tell(Call call, int unit, boolean isRelative) {
        try (Entry entry = call.look(1)) {
            if (!entry.isPresent()) {
                call.out().integer(-2);
            } else if (entry.expiresAt() == Entry.NEVER) {
                call.out().integer(-1);
            } else {
                call.out().integer(told(call, entry.expiresAt(), unit, isRelative));
            }
        }
    }

    /** An expiry as it is told: seconds are rounded. */
    static long told(Call call, long expiresAt, int unit, boolean isRelative) {
        long millis = isRelative ? Math.max(0, expiresAt - call.now()) : expiresAt;
        return unit == 1 ? millis : (millis + unit / 2) / unit;
    }

    private static void persist(Call call) {
        try (Entry entry = call.open(1)) {
            call.touch(entry);
            boolean expires = entry.isPresent() && entry.expiresAt() != Entry.NEVER;
            if (expires) {
                entry.expire(Entry.NEVER);
                call.notify(Event.PERSIST, entry);
            }
            call.out().integer(expires ? 1 : 0);
        }
    }
}
