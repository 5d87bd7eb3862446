package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Section;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Keys, whatever their values are. */
@SuppressWarnings("try") // a section is held, not used
final class KeyCommands {
    private static final byte[] DB = Ascii.bytes("db");
    private static final byte[] REPLACE = Ascii.bytes("replace");
    private static final byte[] SAMPLES = Ascii.bytes("samples");
    private static final byte[] NO_TYPE = Ascii.bytes("+none\r\n");
    private static final String SAME_OBJECTS = "ERR source and destination objects are the same";
    private static final String NOT_LFU = "ERR An LFU maxmemory policy is not selected, access frequency"
            + " not tracked. Please note that when switching between policies at runtime LRU and LFU data will take"
            + " some time to adjust.";
    private static final String LFU = "ERR An LFU maxmemory policy is selected, idle time not tracked."
            + " Please note that when switching between policies at runtime LRU and LFU data will take some time to"
            + " adjust.";

    private KeyCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("del", KeyCommands::del);
        bodies.put("unlink", KeyCommands::del);
        bodies.put("exists", call -> countPresent(call, false));
        bodies.put("touch", call -> countPresent(call, true));
        bodies.put("type", KeyCommands::type);
        bodies.put("rename", call -> rename(call, false));
        bodies.put("renamenx", call -> rename(call, true));
        bodies.put("copy", KeyCommands::copy);
        bodies.put("move", KeyCommands::move);
        bodies.put("randomkey", KeyCommands::randomkey);
        bodies.put("object|encoding", KeyCommands::encoding);
        bodies.put("object|freq", KeyCommands::frequency);
        bodies.put("object|idletime", KeyCommands::idleTime);
        bodies.put("object|refcount", KeyCommands::references);
        bodies.put("object|help", HelpText::reply);
        bodies.put("memory|usage", KeyCommands::usage);
    }

    private static void del(Call call) {
        int removed = 0;
        if (call.count() == 2) {
            try (Entry entry = call.open(1)) {
                removed = remove(call, entry);
            }
        } else {
            try (Section section = call.lock()) {
                for (int i = 1; i < call.count(); i++) {
                    try (Entry entry = call.open(i)) {
                        removed += remove(call, entry);
                    }
                }
            }
        }
        call.out().integer(removed);
    }

    private static int remove(Call call, Entry entry) {
        if (!entry.remove()) {
            return 0;
        }
        call.notify(Event.DEL, entry);
        return 1;
    }

    private static void countPresent(Call call, boolean touches) {
        int found = 0;
        try (Section section = call.lock()) {
            for (int i = 1; i < call.count(); i++) {
                try (Entry entry = touches ? call.read(i) : call.look(i)) {
                    found += entry.isPresent() ? 1 : 0;
                }
            }
        }
        call.out().integer(found);
    }

    private static void type(Call call) {
        try (Entry entry = call.look(1)) {
            call.out().encoded(entry.isPresent() ? Types.reply(entry.type()) : NO_TYPE);
        }
    }

    private static void rename(Call call, boolean onlyToNew) {
        try (Section section = call.lock();
                Entry source = call.open(1)) {
            if (!source.isPresent()) {
                throw new Complaint(Complaint.NO_SUCH_KEY);
            }
            try (Entry target = call.openOther(2, call.client().database())) {
                boolean isSame = call.sameWord(1, 2);
                boolean isWanted = !onlyToNew || !target.isPresent();
                if (isWanted && !isSame) {
                    replace(call, source, target);
                    source.remove();
                    call.notify(Event.RENAME_FROM, source);
                    call.notify(Event.RENAME_TO, target);
                }
                if (onlyToNew) {
                    call.out().integer(isWanted ? 1 : 0);
                } else {
                    call.out().ok();
                }
            }
        }
    }

    private static void replace(Call call, Entry source, Entry target) {
        boolean isReplaced = target.isPresent();
        target.copyFrom(source);
        if (isReplaced || target.isNewborn()) {
            call.notify(Event.NEW, target);
        }
    }

    private static void copy(Call call) {
        int database = call.client().database();
        boolean replaces = false;
        for (int i = 3; i < call.count(); i++) {
            if (call.is(i, REPLACE)) {
                replaces = true;
            } else if (call.is(i, DB) && i + 1 < call.count()) {
                database = call.database(++i, Complaint.NOT_AN_INTEGER);
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
        if (database == call.client().database() && call.sameWord(1, 2)) {
            throw new Complaint(SAME_OBJECTS);
        }
        try (Section section = call.lock();
                Entry source = call.look(1);
                Entry target = call.openOther(2, database)) {
            boolean isWanted = source.isPresent() && (replaces || !target.isPresent());
            if (isWanted) {
                replace(call, source, target);
                call.notify(Event.COPY_TO, target);
            }
            call.out().integer(isWanted ? 1 : 0);
        }
    }

    private static void move(Call call) {
        int database = call.database(2, Complaint.NOT_AN_INTEGER);
        if (database == call.client().database()) {
            throw new Complaint(SAME_OBJECTS);
        }
        try (Section section = call.lock();
                Entry source = call.open(1);
                Entry target = call.openOther(1, database)) {
            boolean isWanted = source.isPresent() && !target.isPresent();
            if (isWanted) {
                replace(call, source, target);
                source.remove();
                call.notify(Event.MOVE_FROM, source);
                call.notify(Event.MOVE_TO, target);
            }
            call.out().integer(isWanted ? 1 : 0);
        }
    }

    private static void randomkey(Call call) {
        OffHeapStore store = call.node().store();
        Worker worker = call.worker();
        try (Entry entry = worker.entry) {
            if (store.openRandom(call.client().database(), ThreadLocalRandom.current(), entry, worker.key)) {
                call.out().bulk(entry.key().toBytes());
            } else {
                call.out().nil();
            }
        }
    }

    // What is said of a key.

    /** The key of OBJECT, which must be there; answers for it where it is not. */
    private static Entry object(Call call) {
        Entry entry = call.open(2);
        if (!entry.isPresent()) {
            call.out().nil();
        }
        return entry;
    }

    private static void encoding(Call call) {
        try (Entry entry = object(call)) {
            if (entry.isPresent()) {
                call.out().bulk(Types.encoding(entry));
            }
        }
    }

    private static boolean isLfu(Call call) {
        return call.node().settings().text("maxmemory-policy").endsWith("-lfu");
    }

    private static void frequency(Call call) {
        try (Entry entry = object(call)) {
            if (entry.isPresent()) {
                if (!isLfu(call)) {
                    throw new Complaint(NOT_LFU);
                }
                call.out().integer(entry.frequency());
            }
        }
    }

    private static void idleTime(Call call) {
        try (Entry entry = object(call)) {
            if (entry.isPresent()) {
                if (isLfu(call)) {
                    throw new Complaint(LFU);
                }
                call.out().integer(entry.idleMillis() / Expiry.SECOND);
            }
        }
    }

    private static void references(Call call) {
        try (Entry entry = object(call)) {
            if (entry.isPresent()) {
                call.out().integer(1);
            }
        }
    }

    private static void usage(Call call) {
        for (int i = 3; i < call.count(); i += 2) {
            if (!call.is(i, SAMPLES) || i + 1 >= call.count()) {
                throw new Complaint(Complaint.SYNTAX);
            }
            if (call.integer(i + 1) < 0) {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
        try (Entry entry = object(call)) {
            if (entry.isPresent()) {
                call.out().integer(entry.usage());
            }
        }
    }
}
