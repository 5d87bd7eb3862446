package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STRING;

import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OutOfRoomException;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import java.util.Map;

/** Rough counts of different things. */
@SuppressWarnings("try") // a section is held, not used
final class HyperLogLogCommands {
    private HyperLogLogCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("pfadd", HyperLogLogCommands::pfadd);
        bodies.put("pfcount", HyperLogLogCommands::pfcount);
        bodies.put("pfmerge", HyperLogLogCommands::pfmerge);
    }

    private static HyperLogLog sketch(Call call, Entry entry) {
        return entry.isPresent() ? HyperLogLog.of(call.bytes(entry)) : new HyperLogLog();
    }

    private static void put(Entry entry, HyperLogLog sketch, boolean isEmpty) {
        entry.set(
                Slice.of(sketch.bytes(isEmpty)),
                entry.isPresent() ? entry.expiresAt() : Entry.NEVER,
                entry.isPresent() ? entry.flags() : 0);
    }

    private static void pfadd(Call call) {
        try (Entry entry = call.change(1, STRING)) {
            HyperLogLog sketch = sketch(call, entry);
            boolean isMore = false;
            for (int i = 2; i < call.count(); i++) {
                isMore |= sketch.add(
                        call.arguments().array(i),
                        call.arguments().offset(i),
                        call.arguments().length(i));
            }
            boolean isChanged = isMore || !entry.isPresent();
            if (isChanged) {
                put(entry, sketch, !isMore);
                call.notify(Event.PFADD, entry);
            }
            call.out().integer(isChanged ? 1 : 0);
        }
    }

    private static void pfcount(Call call) {
        if (call.count() == 2) {
            try (Entry entry = call.read(1, STRING)) {
                call.out().integer(entry.isPresent() ? count(call, entry) : 0);
            }
            return;
        }
        HyperLogLog all = new HyperLogLog();
        try (Section section = call.lock()) {
            for (int i = 1; i < call.count(); i++) {
                try (Entry entry = call.read(i, STRING)) {
                    if (entry.isPresent()) {
                        all.addAll(sketch(call, entry));
                    }
                }
            }
        }
        call.out().integer(all.count());
    }

    /** The count of one, which it keeps for the next time. */
    private static long count(Call call, Entry entry) {
        byte[] bytes = call.bytes(entry);
        long kept = HyperLogLog.keptCount(bytes);
        if (kept >= 0) {
            return kept;
        }
        long count = HyperLogLog.of(bytes).count();
        try {
            entry.setRange(HyperLogLog.COUNT_AT, Slice.of(HyperLogLog.countBytes(count)));
        } catch (OutOfRoomException full) {
            return count; // it is counted anew the next time
        }
        entry.told(); // no change to who reads it
        return count;
    }

    private static void pfmerge(Call call) {
        HyperLogLog all = new HyperLogLog();
        try (Section section = call.lock()) {
            for (int i = 1; i < call.count(); i++) {
                try (Entry entry = call.read(i, STRING)) {
                    if (entry.isPresent()) {
                        all.addAll(sketch(call, entry));
                    }
                }
            }
            try (Entry target = call.change(1, STRING)) {
                put(target, all, false);
                call.notify(Event.PFADD, target);
            }
        }
        call.out().ok();
    }
}
