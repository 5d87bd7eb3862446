package dev.larder.server.store;

import static dev.larder.server.store.Records.SORTED_SET;

import dev.larder.server.store.Trees.Bound;
import java.lang.foreign.MemorySegment;

/**
 * Members with scores, in the order of scores and, where these are equal, of the members' bytes. While they are few, they
 * are packed in the record in that order. Many are twice there: by name in a {@linkplain Hashes hash} of scores, and in
 * their order in a {@linkplain Trees tree}, which is a hidden entry of its own. Not thread-safe: guarded by its shard's lock.
 */
final class SortedSets {
    private static final int REVERSED_AT_ONCE = 32;

    private final Shard shard;
    private final Hashes hashes;
    private final Trees trees;
    private final Scores scores = new Scores();
    private final Slice name = new Slice();

    SortedSets(Shard shard) {
        this.shard = shard;
        this.hashes = shard.hashes;
        this.trees = shard.trees;
    }

    int count(int slot) {
        return hashes.count(slot);
    }

    /** The slot of a large one's tree, or {@link SlotTable#NONE} where it has none yet. */
    int tree(int slot) {
        return hashes.spare(slot) - 1;
    }

    void tree(int slot, int tree) {
        hashes.spare(slot, tree + 1);
    }

    /** A member's score, or NaN. */
    double score(int slot, Slice member) {
        int bucket = hashes.bucket(slot, member);
        long at = hashes.find(slot, bucket, member);
        return at == Fields.NONE ? Double.NaN : Fields.score(hashes.region(slot, bucket), at);
    }

    void begin(int slot, Slice key, Traits traits) {
        hashes.begin(slot, SORTED_SET, key, traits);
    }

    /** Adds a member, or gives it another score. Where there is no room it throws, and nothing has changed. */
    void put(int slot, Slice member, double score) {
        double old = score(slot, member);
        if (old == score) {
            return;
        }
        boolean isNew = Double.isNaN(old);
        int bytes = Fields.bytes(member, scores.of(score), Entry.NEVER);
        if (!hashes.isLarge(slot)) {
            int freed = isNew ? 0 : Fields.bytes(member, scores.of(old), Entry.NEVER);
            int wanted = hashes.used(slot, 0) - freed + bytes;
            if (wanted <= Hashes.MAX_PACKED_BYTES && (!isNew || count(slot) < Hashes.MAX_PACKED_FIELDS)) {
                hashes.makeRoom(slot, 0, wanted);
                if (!isNew) {
                    hashes.drop(slot, 0, hashes.find(slot, 0, member));
                }
                hashes.insert(slot, offset(slot, new Bound(score, member, false)), member, scores.of(score));
                return;
            }
            enlarge(slot);
        }
        putLarge(slot, member, score, old);
    }

    private void putLarge(int slot, Slice member, double score, double old) {
        int tree = tree(slot);
        Bound place = new Bound(score, member, false);
        trees.seek(tree, place);
        trees.insert(tree, member, scores.of(score));
        boolean done = false;
        try {
            hashes.put(slot, member, scores.of(score), Entry.NEVER);
            done = true;
        } finally {
            if (!done) {
                trees.seek(tree, place);
                trees.remove(tree);
            }
        }
        if (!Double.isNaN(old)) {
            trees.seek(tree, new Bound(old, member, false));
            trees.remove(tree);
        }
    }

    private void enlarge(int slot) {
        int tree = shard.hidden.tree();
        boolean done = false;
        try {
            int bytes = hashes.used(slot, 0);
            trees.makeRoomFor(tree, bytes);
            trees.fill(tree, hashes.region(slot, 0), hashes.start(slot, 0), bytes, count(slot));
            hashes.enlarge(slot);
            done = true;
        } finally {
            if (!done) {
                shard.dispose(tree);
            }
        }
        tree(slot, tree);
    }

    /** Removes a member that is there; a set left without any is the caller's to remove. */
    void remove(int slot, Slice member) {
        if (hashes.isLarge(slot)) {
            trees.seek(tree(slot), new Bound(score(slot, member), member, false));
            trees.remove(tree(slot));
        }
        int bucket = hashes.bucket(slot, member);
        hashes.remove(slot, bucket, hashes.find(slot, bucket, member));
    }

    /** How many members are before a bound. */
    long below(int slot, Bound bound) {
        if (hashes.isLarge(slot)) {
            return trees.seek(tree(slot), bound);
        }
        MemorySegment memory = hashes.region(slot, 0);
        long at = hashes.start(slot, 0);
        long end = at + hashes.used(slot, 0);
        int passed = 0;
        for (; at < end && bound.isAbove(memory, at); at = Fields.next(memory, at)) {
            passed++;
        }
        return passed;
    }

    private int offset(int slot, Bound bound) {
        MemorySegment memory = hashes.region(slot, 0);
        long start = hashes.start(slot, 0);
        long end = start + hashes.used(slot, 0);
        long at = start;
        while (at < end && bound.isAbove(memory, at)) {
            at = Fields.next(memory, at);
        }
        return (int) (at - start);
    }

    /** Hands out {@code count} members from a rank on, which are there. */
    void range(int slot, long from, long count, ScoreSink sink) {
        if (!hashes.isLarge(slot)) {
            MemorySegment memory = hashes.region(slot, 0);
            long at = hashes.start(slot, 0);
            for (long i = 0; i < from + count; i++) {
                if (i >= from) {
                    show(memory, at, sink);
                }
                at = Fields.next(memory, at);
            }
            return;
        }
        int tree = tree(slot);
        trees.seekRank(tree, from);
        for (long i = 0; i < count && trees.hasNext(tree); i++) {
            show(trees.region(tree), trees.at(tree), sink);
            trees.skip(tree);
        }
    }

    /** The same from a rank downwards: some at a time, read upwards and shown downwards. */
    void rangeDown(int slot, long from, long count, ScoreSink sink) {
        long end = from + 1;
        long left = count;
        while (left > 0) {
            int some = (int) Math.min(left, REVERSED_AT_ONCE);
            end -= some;
            showDown(slot, end, some, sink);
            left -= some;
        }
    }

    private void showDown(int slot, long from, int count, ScoreSink sink) {
        MemorySegment[] regions = new MemorySegment[count];
        long[] places = new long[count];
        int tree = hashes.isLarge(slot) ? tree(slot) : SlotTable.NONE;
        if (tree == SlotTable.NONE) {
            MemorySegment memory = hashes.region(slot, 0);
            long at = hashes.start(slot, 0);
            for (long i = 0; i < from + count; i++) {
                if (i >= from) {
                    regions[(int) (i - from)] = memory;
                    places[(int) (i - from)] = at;
                }
                at = Fields.next(memory, at);
            }
        } else {
            trees.seekRank(tree, from);
            for (int i = 0; i < count && trees.hasNext(tree); i++) {
                regions[i] = trees.region(tree);
                places[i] = trees.at(tree);
                trees.skip(tree);
            }
        }
        for (int i = count - 1; i >= 0; i--) {
            show(regions[i], places[i], sink);
        }
    }

    private void show(MemorySegment memory, long at, ScoreSink sink) {
        name.set(memory, Fields.nameAt(memory, at), Fields.nameLength(memory, at));
        sink.member(name, Fields.score(memory, at));
    }

    void checkInvariants(int slot) {
        int[] seen = {0};
        double[] last = {Double.NEGATIVE_INFINITY};
        Slice before = new Slice();
        range(slot, 0, count(slot), (member, score) -> {
            Slice copy = Slice.of(member.toBytes());
            boolean inOrder = last[0] < score || (last[0] == score && (seen[0] == 0 || compare(before, copy) < 0));
            Shard.check(inOrder, "members are out of order", slot);
            before.set(copy);
            last[0] = score;
            seen[0]++;
        });
        Shard.check(seen[0] == count(slot), "members in order differ from their count", seen[0]);
        if (hashes.isLarge(slot)) {
            trees.checkInvariants(tree(slot));
            Shard.check(trees.count(tree(slot)) == count(slot), "a tree differs from its set's count", slot);
            for (int bucket = 0; bucket < hashes.buckets(slot); bucket++) {
                checkBucket(slot, bucket);
            }
        }
    }

    private void checkBucket(int slot, int bucket) {
        MemorySegment memory = hashes.region(slot, bucket);
        long end = hashes.start(slot, bucket) + hashes.used(slot, bucket);
        Slice member = new Slice();
        for (long at = hashes.start(slot, bucket); at < end; at = Fields.next(memory, at)) {
            member.set(memory, Fields.nameAt(memory, at), Fields.nameLength(memory, at));
            trees.seek(tree(slot), new Bound(Fields.score(memory, at), member, false));
            boolean found = trees.hasNext(tree(slot))
                    && member.length() == Fields.nameLength(trees.region(tree(slot)), trees.at(tree(slot)))
                    && Fields.compareName(trees.region(tree(slot)), trees.at(tree(slot)), member) == 0;
            Shard.check(found, "a member is not in the tree where its score says", slot);
        }
    }

    private static int compare(Slice one, Slice other) {
        return java.util.Arrays.compareUnsigned(one.toBytes(), other.toBytes());
    }
}
