package dev.larder.server.store;

import java.util.List;

/**
 * The elements of an open {@link Entry} that is a list, or is not there and becomes one. As an entry is: see there.
 *
 * <p>They are numbered from 0, the first one. At an end, adding, reading and removing takes the same time whatever the
 * length; elsewhere a search of logarithmic time.
 */
public final class ListAccess {
    private final Entry entry;

    ListAccess(Entry entry) {
        this.entry = entry;
    }

    private Shard shard() {
        return entry.shard();
    }

    private Lists lists() {
        return shard().lists;
    }

    private int slot() {
        return entry.present(ValueType.LIST);
    }

    /** How many. */
    public int count() {
        return entry.isPresent() ? lists().count(slot()) : 0;
    }

    /** Adds an element before the first one. */
    public void addFirst(Slice element) {
        insert(0, element);
    }

    /** Adds an element behind the last one. */
    public void addLast(Slice element) {
        insert(count(), element);
    }

    /** Inserts an element before the one of a number, or behind the last one. */
    public void insert(long index, Slice element) {
        Limits.check("a value", element.length(), Limits.MAX_VALUE_BYTES);
        check(index, count());
        if (!entry.isPresent()) {
            Traits traits = entry.begin(Entry.NEVER, 0);
            boolean isPacked = Lists.isPacked(1, element.length() + (long) Lists.MOST_OVERHEAD);
            entry.build(fresh -> {
                lists().begin(fresh, isPacked, entry.key(), traits);
                lists().insert(fresh, 0, element);
            });
            return;
        }
        if (!lists().isLarge(slot()) && !lists().takes(slot(), element, -1)) {
            enlarge();
        }
        lists().insert(slot(), index, element);
        changed();
    }

    /** Puts an element in the place of another. */
    public void set(long index, Slice element) {
        Limits.check("a value", element.length(), Limits.MAX_VALUE_BYTES);
        check(index, count() - 1);
        if (!lists().isLarge(slot()) && !lists().takes(slot(), element, index)) {
            enlarge();
        }
        lists().set(slot(), index, element);
        changed();
    }

    private void enlarge() {
        int packed = slot();
        Traits traits = entry.begin(entry.expiresAt(), entry.flags());
        entry.build(fresh -> {
            lists().begin(fresh, false, entry.key(), traits);
            lists().fill(fresh, packed);
        });
    }

    private void changed() {
        shard().trace.disturb(slot());
        entry.changed();
        shard().leavers.updated(slot(), shard().deadline(slot()));
    }

    private void check(long index, long most) {
        if (index < 0 || index > most) {
            throw new IllegalArgumentException("an element's number must be 0 to " + most + " but was " + index);
        }
    }

    /** Removes elements from one on, which must be there. With its last element a list goes. */
    public void remove(long from, long count) {
        check(from, count());
        check(from + count, count());
        if (count == 0) {
            return;
        }
        if (count == count()) {
            entry.counted();
            shard().remove(slot(), false);
            return;
        }
        lists().remove(slot(), from, count);
        changed();
    }

    /** Bytes of an element, which must be there. */
    public int length(long index) {
        check(index, count() - 1);
        return lists().length(slot(), index);
    }

    /** Hands out so many elements at most, from one on: each as a field without a name. */
    public void range(long from, long count, FieldSink sink) {
        long first = Math.max(0, from);
        long some = Math.min(count, count() - first);
        if (some > 0) {
            lists().range(slot(), first, some, sink);
        }
    }

    /**
     * Puts a list in the place of whatever there is, in one step and without an expiry; without an element the key goes. As
     * {@link SetAccess#replace}.
     */
    public void replace(List<Slice> elements) {
        Traits traits = entry.begin(Entry.NEVER, 0);
        long bytes = 0;
        for (Slice element : elements) {
            Limits.check("a value", element.length(), Limits.MAX_VALUE_BYTES);
            bytes += element.length() + (long) Lists.MOST_OVERHEAD;
        }
        boolean isPacked = Lists.isPacked(elements.size(), bytes);
        entry.replace(fresh -> {
            lists().begin(fresh, isPacked, entry.key(), traits);
            int index = 0;
            for (Slice element : elements) {
                lists().insert(fresh, index++, element);
            }
            return index > 0;
        });
    }
}
