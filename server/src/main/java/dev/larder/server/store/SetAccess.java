package dev.larder.server.store;

import java.util.random.RandomGenerator;

/** The members of an open {@link Entry} that is a set, or is not there and becomes one. As an entry is: see there. */
public final class SetAccess {
    private static final Slice NOTHING = Slice.of("0");

    private final FieldAccess fields;

    SetAccess(Entry entry) {
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
        return !fields.contains(member) && fields.put(member, NOTHING, Entry.NEVER);
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
