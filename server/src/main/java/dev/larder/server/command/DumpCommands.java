package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.rdb.RdbDump;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OutOfRoomException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Values in Redis's own form, from one server to another. */
final class DumpCommands {
    private static final byte[] REPLACE = Ascii.bytes("replace");
    private static final byte[] ABSTTL = Ascii.bytes("absttl");
    private static final byte[] IDLETIME = Ascii.bytes("idletime");
    private static final byte[] FREQ = Ascii.bytes("freq");
    private static final int MOST_FREQUENT = 255;
    private static final String BUSY = "BUSYKEY Target key name already exists.";
    private static final String TTL = "ERR Invalid TTL value, must be >= 0";
    private static final String IDLE = "ERR Invalid IDLETIME value, must be >= 0";
    private static final String FREQUENCY = "ERR Invalid FREQ value, must be >= 0 and <= 255";
    private static final String SUM = "ERR DUMP payload version or checksum are wrong";
    private static final String BOUND = "ERR the value has tags, a stale time or a lease, which a dump would lose";
    private static final String FORMAT = "ERR Bad data format";

    private DumpCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("dump", call -> dump(call, true));
        bodies.put("larder.dump", call -> dump(call, false));
        bodies.put("restore", DumpCommands::restore);
    }

    /** @param mayLose whether tags and a stale time, for which Redis's form has no place, may be lost */
    private static void dump(Call call, boolean mayLose) {
        try (Entry entry = call.read(1)) {
            if (!mayLose && entry.isPresent() && entry.leases().isBound()) {
                throw new Complaint(BOUND);
            }
            if (entry.isPresent()) {
                byte[] bytes = RdbDump.of(entry);
                call.room(bytes.length);
                call.out().bulk(bytes);
            } else {
                call.out().nil();
            }
        }
    }

    /** What stands behind the payload. */
    private record Options(boolean replaces, boolean isAbsolute) {
        static Options of(Call call) {
            boolean replaces = false;
            boolean isAbsolute = false;
            boolean isIdle = false;
            boolean isFrequent = false;
            for (int i = 4; i < call.count(); i++) {
                boolean hasMore = i + 1 < call.count();
                if (call.is(i, REPLACE)) {
                    replaces = true;
                } else if (call.is(i, ABSTTL)) {
                    isAbsolute = true;
                } else if (call.is(i, IDLETIME) && hasMore && !isFrequent) {
                    isIdle = true;
                    check(call.integer(++i) >= 0, IDLE);
                } else if (call.is(i, FREQ) && hasMore && !isIdle) {
                    isFrequent = true;
                    long frequency = call.integer(++i);
                    check(frequency >= 0 && frequency <= MOST_FREQUENT, FREQUENCY);
                } else {
                    throw new Complaint(Complaint.SYNTAX);
                }
            }
            return new Options(replaces, isAbsolute);
        }

        private static void check(boolean holds, String complaint) {
            if (!holds) {
                throw new Complaint(complaint);
            }
        }
    }

    private static void restore(Call call) {
        Options options = Options.of(call);
        try (Entry entry = call.open(1)) {
            if (entry.isPresent() && !options.replaces) {
                throw new Complaint(BUSY);
            }
            long ttl = call.integer(2);
            if (ttl < 0) {
                throw new Complaint(TTL);
            }
            byte[] dump = checked(call.arguments().copy(3));
            long now = call.now();
            boolean isRelative = !options.isAbsolute;
            long expiresAt = ttl == 0
                    ? Entry.NEVER
                    : isRelative && ttl >= Long.MAX_VALUE - now ? Entry.NEVER - 1 : isRelative ? now + ttl : ttl;
            restore(call, entry, dump, expiresAt);
            call.out().ok();
        }
    }

    private static void restore(Call call, Entry entry, byte[] dump, long expiresAt) {
        long now = call.now();
        boolean wasThere = entry.remove();
        if (expiresAt <= now) {
            if (wasThere) {
                call.notify(Event.DEL, entry);
            }
            return;
        }
        try {
            RdbDump.putInto(dump, entry, now);
            if (entry.isPresent() && expiresAt != Entry.NEVER) {
                entry.expire(expiresAt);
            }
        } catch (OutOfRoomException | IllegalArgumentException e) {
            entry.remove(); // half of it would be a lie
            if (wasThere) {
                call.notify(Event.DEL, entry);
            }
            throw e;
        } catch (IOException changed) {
            throw new UncheckedIOException("what was checked can be read again", changed);
        }
        if (wasThere || entry.isNewborn()) {
            call.notify(Event.NEW, entry);
        }
        call.notify(Event.RESTORE, entry);
    }

    private static byte[] checked(byte[] dump) {
        if (!RdbDump.isSound(dump)) {
            throw new Complaint(SUM);
        }
        String foreign;
        try {
            foreign = RdbDump.check(dump);
        } catch (IOException damaged) {
            throw new Complaint(FORMAT);
        }
        if (foreign != null) {
            throw new Complaint("ERR this server keeps no " + foreign);
        }
        return dump;
    }
}
