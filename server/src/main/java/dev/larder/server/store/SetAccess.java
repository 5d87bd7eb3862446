package dev.larder.server.store;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The members of an open {@link Entry} that is a set, or is not there and becomes one. As an entry is: see there. */
public final class SetAccess {
    private static final Slice NOTHING = Slice.of("0");

    private final Entry entry;
    private final FieldAccess fields;

    SetAccess(Entry entry) {
        this.entry = entry;
        this.fields = new FieldAccess(entry, ValueType.SET, Records.SET);
    }

    /** How many. */
    public int count() {
        return fields.count();
    }

    /** Whether it is one of them. */
    public boolean contains(Slice member) {
        return fields.contains(member);
    }

    /** Adds a member; says whether it was not there. */
    public boolean add(Slice member) {
        Limits.check("a member", member.length(), Limits.MAX_FIELD_BYTES);
        return !fields.contains(member) && fields.put(member, NOTHING, Entry.NEVER);
    }

    /**
     * Puts a set in the place of whatever there is, in one step and without an expiry; without a member the key goes. What is
     * there stays until the set is whole, and stays where it finds no room. Whoever fills it may read open entries between two
     * members, and changes none.
     *
     * @param filling hands all members over, one of them more than once if it likes
     * @return how many there are
     */
    public int replace(Consumer<MemberSink> filling) {
        Traits traits = entry.begin(Entry.NEVER, 0);
        int[] count = {0};
        entry.replace(fresh -> {
            Hashes hashes = entry.shard().hashes;
            hashes.begin(fresh, Records.SET, entry.key(), traits);
            filling.accept(member -> hashes.put(fresh, member, NOTHING, Entry.NEVER));
            count[0] = hashes.count(fresh);
            return count[0] > 0;
        });
        return count[0];
    }

    /** Removes a member; says whether it was there. With its last member a set goes. */
    public boolean remove(Slice member) {
        return fields.remove(member);
    }

    /** Walks on from a cursor, as {@link FieldAccess#scan}. */
    public long scan(long cursor, int count, MemberSink sink) {
        return fields.scan(cursor, count, new Names(sink));
    }

    /** Hands out a member at random, each about as likely as any other; false where there is none. */
    public boolean random(RandomGenerator random, MemberSink sink) {
        return fields.random(random, new Names(sink));
    }

    /** Names of fields are members. */
    record Names(MemberSink sink) implements FieldSink {
        @Override
        public void field(Slice name, int valueBytes) {
            sink.member(name);
        }

        @Override
        public void piece(Slice bytes) {}
    }
}
