package dev.larder.server.store;

import dev.larder.server.store.Trees.Bound;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The members of an open {@link Entry} that is a sorted set, or is not there and becomes one. As an entry is: see there.
 *
 * <p>Ranks count from 0, the lowest score first; members of one score are in the order of their bytes. What is asked for by
 * score or by name is a range of ranks: {@link #below} says where it begins and ends. All of it takes logarithmic time,
 * and handing out members the time for these.
 */
public final class SortedSetAccess {
    private final Entry entry;
    private final FieldAccess fields;

    SortedSetAccess(Entry entry) {
        this.entry = entry;
        this.fields = new FieldAccess(entry, ValueType.SORTED_SET, Records.SORTED_SET);
    }

    private Shard shard() {
        return entry.shard();
    }

    private SortedSets sets() {
        return shard().sortedSets;
    }

    private int slot() {
        return entry.present(ValueType.SORTED_SET);
    }

    /** How many. */
    public int count() {
        return fields.count();
    }

    /** A member's score, or NaN where it is not there. */
    public double score(Slice member) {
        return entry.isPresent() ? sets().score(slot(), member) : Double.NaN;
    }

    /**
     * Adds a member, or gives it another score; says whether it was not there.
     *
     * @param score any number but NaN; 0 is kept for -0
     */
    public boolean put(Slice member, double score) {
        Limits.check("a member", member.length(), Limits.MAX_FIELD_BYTES);
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("a score must be a number but was NaN");
        }
        if (!entry.isPresent()) {
            Traits traits = entry.begin(Entry.NEVER, 0);
            entry.build(fresh -> {
                sets().begin(fresh, entry.key(), traits);
                sets().put(fresh, member, score + 0.0);
            });
            return true;
        }
        boolean isNew = Double.isNaN(score(member));
        sets().put(slot(), member, score + 0.0);
        entry.changed();
        shard().leavers.updated(slot(), shard().deadline(slot()));
        return isNew;
    }

    /** A sorted set that is being built. */
    public interface Building {
        /** A member's score by now, or NaN where it is not there. */
        double score(Slice member);

        /** Adds a member, or gives it another score, which is a number. */
        void put(Slice member, double score);
    }

    /**
     * Puts a sorted set in the place of whatever there is, in one step and without an expiry; without a member the key goes.
     * As {@link SetAccess#replace}.
     *
     * @return how many members there are
     */
    public int replace(Consumer<Building> filling) {
        Traits traits = entry.begin(Entry.NEVER, 0);
        int[] count = {0};
        entry.replace(fresh -> {
            sets().begin(fresh, entry.key(), traits);
            filling.accept(new Fresh(sets(), fresh));
            count[0] = sets().count(fresh);
            return count[0] > 0;
        });
        return count[0];
    }

    private record Fresh(SortedSets sets, int slot) implements Building {
        @Override
        public double score(Slice member) {
            return sets.score(slot, member);
        }

        @Override
        public void put(Slice member, double score) {
            sets.put(slot, member, score + 0.0);
        }
    }

    /** Removes a member; says whether it was there. With its last member a set goes. */
    public boolean remove(Slice member) {
        if (Double.isNaN(score(member))) {
            return false;
        }
        int slot = slot();
        sets().remove(slot, member);
        if (sets().count(slot) == 0) {
            entry.counted();
            shard().remove(slot, false);
        } else {
            entry.changed();
        }
        return true;
    }

    /** A member's rank, or -1 where it is not there. */
    public long rank(Slice member) {
        double score = score(member);
        return Double.isNaN(score) ? -1 : below(score, member, false);
    }

    /**
     * How many members have a lower score.
     *
     * @param orEqual whether those with this very score count, too
     */
    public long below(double score, boolean orEqual) {
        return entry.isPresent() ? sets().below(slot(), new Bound(score, null, orEqual)) : 0;
    }

    /**
     * How many members come before where a member with this score is, or would be.
     *
     * @param orEqual whether this very member counts, too
     */
    public long below(double score, Slice member, boolean orEqual) {
        return entry.isPresent() ? sets().below(slot(), new Bound(score, member, orEqual)) : 0;
    }

    /** Hands out so many members at most, from a rank upwards. */
    public void range(long from, long count, ScoreSink sink) {
        long first = Math.max(0, from);
        long some = Math.min(count, count() - first);
        if (some > 0) {
            sets().range(slot(), first, some, sink);
        }
    }

    /** Hands out so many members at most, from a rank downwards. */
    public void rangeDown(long from, long count, ScoreSink sink) {
        long first = Math.min(from, count() - 1L);
        long some = Math.min(count, first + 1);
        if (some > 0) {
            sets().rangeDown(slot(), first, some, sink);
        }
    }

    /** Hands out a member at random, each about as likely as any other; false where there is none. */
    public boolean random(RandomGenerator random, ScoreSink sink) {
        int count = count();
        if (count > 0) {
            range(random.nextInt(count), 1, sink);
        }
        return count > 0;
    }

    /** Walks on from a cursor, as {@link FieldAccess#scan}, in no order. */
    public long scan(long cursor, int count, ScoreSink sink) {
        return fields.scan(cursor, count, new SetAccess.Names(member -> sink.member(member, score(member))));
    }
}
