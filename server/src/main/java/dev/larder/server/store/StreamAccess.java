package dev.larder.server.store;

/**
 * The entries of an open {@link Entry} that is a stream, or is not there and becomes one. As an entry is: see there.
 *
 * <p>An entry is an id and its {@linkplain Texts texts}. They are in the order of their ids, and a rank counts from 0, the
 * oldest one: {@link #below} says where a range of ids begins and ends. To add, find or remove one takes logarithmic time.
 * A stream stays when its last entry goes, and remembers the greatest id that it had.
 */
public final class StreamAccess {
    private final Entry entry;

    StreamAccess(Entry entry) {
        this.entry = entry;
    }

    private Shard shard() {
        return entry.shard();
    }

    private Streams streams() {
        return shard().streams;
    }

    private int slot() {
        return entry.present(ValueType.STREAM);
    }

    /** How many. */
    public int count() {
        return entry.isPresent() ? streams().count(slot()) : 0;
    }

    /** What the next id must be above; {@link StreamId#ZERO} where the key is not there. */
    public StreamId last() {
        return entry.isPresent() ? streams().last(slot()) : StreamId.ZERO;
    }

    /** The greatest id of those that were removed one by one. */
    public StreamId removed() {
        return entry.isPresent() ? streams().removed(slot()) : StreamId.ZERO;
    }

    /** How many entries were ever added, or are said to have been. */
    public long added() {
        return entry.isPresent() ? streams().added(slot()) : 0;
    }

    /** How many nodes hold the entries; more than one where there are others above them. */
    public int nodes() {
        return entry.isPresent() ? streams().nodes(slot()) : 0;
    }

    /** The id of an entry of a rank, which is there. */
    public StreamId id(long rank) {
        if (rank < 0 || rank >= count()) {
            throw new IllegalArgumentException("an entry's rank must be below " + count() + " but was " + rank);
        }
        return streams().idAt(slot(), rank);
    }

    /**
     * Adds an entry. Whoever waits for the key hears of it.
     *
     * @param id above {@link #last}
     * @param texts as {@link Texts} has them
     */
    public void append(StreamId id, Slice texts) {
        Limits.check("an entry", texts.length(), Limits.MAX_VALUE_BYTES);
        if (id.compareTo(last()) <= 0) {
            throw new IllegalArgumentException("an id must be above " + last() + " but was " + id);
        }
        if (!entry.isPresent()) {
            Traits traits = entry.begin(Entry.NEVER, 0);
            entry.build(fresh -> {
                streams().begin(fresh, entry.key(), traits);
                streams().append(fresh, id, texts);
            });
            return;
        }
        streams().append(slot(), id, texts);
        changed();
        shard().appearances.of(slot(), entry.key());
    }

    private void changed() {
        entry.changed();
        shard().leavers.updated(slot(), shard().deadline(slot()));
    }

    /**
     * Says what a stream knows beside its entries; where the key is not there, it becomes one without any.
     *
     * @param last not below any entry's
     */
    public void state(StreamId last, StreamId removed, long added) {
        if (count() > 0 && last.compareTo(id(count() - 1L)) < 0) {
            throw new IllegalArgumentException("the last id must be the last entry's or above but was " + last);
        }
        if (!entry.isPresent()) {
            Traits traits = entry.begin(Entry.NEVER, 0);
            entry.build(fresh -> streams().begin(fresh, entry.key(), traits));
        } else {
            entry.changed();
        }
        streams().last(slot(), last);
        streams().removed(slot(), removed);
        streams().added(slot(), added);
    }

    /**
     * How many entries have a lower id.
     *
     * @param orEqual whether the one of this very id counts, too
     */
    public long below(StreamId id, boolean orEqual) {
        return count() > 0 ? streams().below(slot(), id, orEqual) : 0;
    }

    /** Removes the entry of an id; says whether it was there. */
    public boolean remove(StreamId id) {
        if (count() == 0 || !streams().remove(slot(), id)) {
            return false;
        }
        if (id.compareTo(removed()) > 0) {
            streams().removed(slot(), id);
        }
        changed();
        return true;
    }

    /**
     * Removes some of the oldest entries.
     *
     * @param most how many at most; no more than there are
     * @param isRough whether only what takes no effort goes: whole nodes
     * @param limit how many may go at most where it is rough; 0 for all
     * @return how many went
     */
    public long trim(long most, boolean isRough, long limit) {
        if (most <= 0) {
            return 0;
        }
        long gone = 0;
        if (isRough) {
            int first = streams().firstItems(slot());
            while (first > 0 && gone + first <= most && (limit == 0 || gone + first <= limit)) {
                streams().removeFirst(slot(), first);
                gone += first;
                first = streams().firstItems(slot());
            }
        } else {
            gone = Math.min(most, count());
            streams().removeFirst(slot(), gone);
        }
        if (gone > 0) {
            changed();
        }
        return gone;
    }

    /** Hands out so many entries at most, from a rank upwards: the names are their ids. */
    public void range(long from, long most, FieldSink sink) {
        long first = Math.max(0, from);
        long some = Math.min(most, count() - first);
        if (some > 0) {
            streams().range(slot(), first, some, sink);
        }
    }

    /** The same from a rank downwards. */
    public void rangeDown(long from, long most, FieldSink sink) {
        long first = Math.min(from, count() - 1L);
        long some = Math.min(most, first + 1);
        if (some > 0) {
            streams().rangeDown(slot(), first, some, sink);
        }
    }
}
