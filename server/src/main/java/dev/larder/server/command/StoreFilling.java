package dev.larder.server.command;

import dev.larder.server.event.Event;
import dev.larder.server.rdb.RdbDump;
import dev.larder.server.store.Entry;
import dev.larder.server.store.MemoryReport;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.OutOfRoomException;
import dev.larder.server.store.Slice;
import dev.larder.server.warm.Destination;
import dev.larder.server.warm.Item;
import dev.larder.server.warm.Outcome;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database of this server that is filled from another server while clients work. Confined to one thread. */
public final class StoreFilling implements Destination {
    private static final int TIMES = 2;
    private static final String UNKNOWN = "of a kind that is not known here";

    private final Node node;
    private final OffHeapStore store;
    private final int database;
    private final Entry entry;
    private final long evictedBefore;
    private final Ticker ticker = Ticker.system();

    public StoreFilling(Node node, int database) {
        this.node = node;
        this.store = node.store();
        this.database = database;
        this.entry = store.entry();
        this.evictedBefore = store.evicted();
    }

    @Override
    public @Nullable String obstacle(long bytes) {
        MemoryReport memory = store.memory();
        if (store.evicted() > evictedBefore) {
            return "this server evicts: more would push out what is hot here";
        }
        return memory.allocated() + TIMES * bytes > memory.maxBytes()
                ? "this server is full: more would push out what is hot here"
                : null;
    }

    @Override
    public boolean[] has(List<byte[]> keys) {
        boolean[] has = new boolean[keys.size()];
        for (int i = 0; i < has.length; i++) {
            try (Entry open = entry.openToRead(database, Slice.of(keys.get(i)))) {
                has[i] = open.isPresent();
            }
        }
        return has;
    }

    @Override
    public List<Outcome> restore(List<Item> items) {
        List<Outcome> outcomes = new ArrayList<>(items.size());
        for (Item item : items) {
            outcomes.add(restored(item));
            node.notices().flush(null);
        }
        return outcomes;
    }

    private Outcome restored(Item item) {
        if (!RdbDump.isSound(item.payload())) {
            return Outcome.refused(item, "of a form that is not known here");
        }
        try {
            if (RdbDump.check(item.payload()) != null) {
                return Outcome.refused(item, UNKNOWN);
            }
        } catch (IOException damaged) {
            return Outcome.refused(item, UNKNOWN);
        }
        try (Entry open = entry.open(database, Slice.of(item.key()))) {
            return open.isPresent() ? Outcome.of(Outcome.Kind.THERE) : put(open, item);
        } catch (IllegalArgumentException limit) {
            return Outcome.refused(item, String.valueOf(limit.getMessage()));
        }
    }

    private Outcome put(Entry open, Item item) {
        long left = item.life().left(ticker.nanos());
        if (left < 0) {
            return Outcome.of(Outcome.Kind.GONE);
        }
        long now = node.clock().millis();
        try {
            RdbDump.putInto(item.payload(), open, now);
        } catch (OutOfRoomException full) {
            open.remove(); // half of it would be a lie
            return new Outcome(Outcome.Kind.FULL, "this server is full: " + full.getMessage());
        } catch (IllegalArgumentException limit) {
            open.remove();
            throw limit;
        } catch (IOException changed) {
            throw new UncheckedIOException("what was checked can be read again", changed);
        }
        if (open.isPresent()) {
            if (left > 0) {
                open.expire(now + left);
            }
            node.notices().note(Event.RESTORE, open);
        }
        return Outcome.of(Outcome.Kind.COPIED);
    }
}
