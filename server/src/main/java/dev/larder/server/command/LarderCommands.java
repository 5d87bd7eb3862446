package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Lease;
import dev.larder.server.store.LeaseAccess;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Redis has not: one client loads a value while the others wait or get the stale one, and tags. */
final class LarderCommands {
    private static final long EX = Ascii.word("ex");
    private static final long PX = Ascii.word("px");
    private static final long TAG = Ascii.word("tag");
    private static final long STALE = Ascii.word("stale");
    private static final long TOKEN = Ascii.word("token");
    private static final long JITTER = Ascii.word("jitter");
    private static final int STANDARD_LEASE_MILLIS = 10_000;
    private static final int MOST_JITTER = 90;
    private static final int HALF_TOKEN = 16;
    private static final String NO_TOKEN = "ERR a token has 32 hexadecimal digits";
    private static final String STALE_ALONE = "ERR STALE needs EX or PX";

    private LarderCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("larder.get", LarderCommands::get);
        bodies.put("larder.set", LarderCommands::set);
        bodies.put("larder.release", LarderCommands::release);
        bodies.put("larder.tag", LarderCommands::tag);
        bodies.put("larder.invalidate", LarderCommands::invalidate);
    }

    private static void get(Call call) {
        long millis = call.count() > 2 ? call.integer(2, 1, Lease.MAX_MILLIS) : STANDARD_LEASE_MILLIS;
        if (call.count() > 3) {
            throw new Complaint(Complaint.SYNTAX);
        }
        ReplyWriter out = call.out();
        try (Entry entry = call.read(1, ValueType.STRING)) {
            LeaseAccess leases = entry.leases();
            boolean hasValue = entry.isPresent() && !leases.isPlaceholder();
            boolean isHit = hasValue && !leases.isStale();
            boolean isHeld = !isHit && leases.isHeld();
            out.array(3);
            out.bulk(isHit ? "hit" : isHeld ? "wait" : "load");
            if (hasValue) {
                call.reply(entry);
            } else {
                out.nil();
            }
            if (isHit || isHeld) {
                out.nil();
            } else {
                out.bulk(token(leases.begin(millis)));
            }
        }
    }

    private static String token(Lease lease) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(lease.high()) + hex.toHexDigits(lease.low());
    }

    /** Ends the lease of the token in a word, and returns it; null where it ended before. */
    private static @Nullable Lease taken(Call call, Entry entry, int index) {
        String text = call.latin(index);
        try {
            if (text.length() == 2 * HALF_TOKEN) {
                return entry.leases()
                        .take(
                                HexFormat.fromHexDigitsToLong(text, 0, HALF_TOKEN),
                                HexFormat.fromHexDigitsToLong(text, HALF_TOKEN, 2 * HALF_TOKEN));
            }
        } catch (IllegalArgumentException noDigits) {
            throw new Complaint(NO_TOKEN);
        }
        throw new Complaint(NO_TOKEN);
    }

    /** What stands behind key and value of LARDER.SET; indexes are 0 where there is no such word. */
    private static final class Options {
        private int token;
        private long lifeMillis;
        private long staleMillis;
        private int jitter = -1;
        private List<Slice> tags = List.of();

        Options(Call call) {
            for (int i = 3; i < call.count(); i++) {
                long word = call.arguments().word(i);
                if (i + 1 == call.count()) {
                    throw new Complaint(Complaint.SYNTAX);
                }
                if (word == TAG) {
                    tags = tags(call, i + 1);
                    break;
                }
                option(call, word, ++i);
            }
            if (staleMillis > 0 && lifeMillis == 0) {
                throw new Complaint(STALE_ALONE);
            }
        }

        private void option(Call call, long word, int at) {
            if (word == TOKEN && token == 0) {
                token = at;
            } else if ((word == EX || word == PX) && lifeMillis == 0) {
                lifeMillis = millis(call, at, word == EX ? Expiry.SECOND : 1);
            } else if (word == STALE && staleMillis == 0) {
                staleMillis = millis(call, at, Expiry.SECOND);
            } else if (word == JITTER && jitter < 0) {
                jitter = (int) call.integer(at, 0, MOST_JITTER);
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
        }

        private static long millis(Call call, int at, int unit) {
            long number = call.integer(at);
            if (number <= 0 || number > Long.MAX_VALUE / 4 / unit) {
                throw Expiry.invalid(call);
            }
            return number * unit;
        }

        LeaseAccess.Terms terms(Call call) {
            if (lifeMillis == 0) {
                return new LeaseAccess.Terms(Entry.NEVER, Entry.NEVER, tags);
            }
            int percent = jitter < 0 ? Expiry.jitter(call) : jitter;
            long until = call.now() + Expiry.shortened(lifeMillis, percent);
            return new LeaseAccess.Terms(until, until + staleMillis, tags);
        }
    }

    private static List<Slice> tags(Call call, int from) {
        List<Slice> tags = new ArrayList<>(call.count() - from);
        for (int i = from; i < call.count(); i++) {
            tags.add(Slice.of(call.arguments().copy(i)));
        }
        return tags;
    }

    private static void set(Call call) {
        Options options = new Options(call);
        LeaseAccess.Terms terms = options.terms(call);
        try (Entry entry = call.open(1)) {
            Lease lease = options.token == 0 ? null : taken(call, entry, options.token);
            boolean isRefused = options.token != 0 && lease == null;
            if (!isRefused && entry.leases().set(call.value(2), terms, lease)) {
                call.notify(Event.SET, entry);
                if (terms.expiresAt() != Entry.NEVER) {
                    call.notify(Event.EXPIRE, entry);
                }
                call.out().ok();
            } else {
                call.out().nil();
            }
        }
    }

    private static void release(Call call) {
        try (Entry entry = call.open(1)) {
            call.out().integer(taken(call, entry, 2) == null ? 0 : 1);
        }
    }

    private static void tag(Call call) {
        List<Slice> tags = tags(call, 2);
        try (Entry entry = call.open(1)) {
            call.out().integer(entry.isPresent() ? entry.leases().addTags(tags) : 0);
        }
    }

    private static void invalidate(Call call) {
        for (Slice tag : tags(call, 1)) {
            call.node().store().invalidate(tag);
        }
        call.node().notices().noteFlush(); // nobody knows which keys have the tags
        call.out().integer(call.count() - 1);
    }
}
