package dev.larder.server.rdb;

import dev.larder.server.store.StreamId;
import org.jspecify.annotations.Nullable;

/** Adds up what a value takes, and keeps nothing. Confined to one thread. */
final class Weighed implements Items {
    private final long most;
    private long items;
    private long bytes;
    private @Nullable String foreign;

    /** @param most bytes of a value; what is more is refused */
    Weighed(long most) {
        this.most = most;
    }

    private void add(int length) throws RdbException {
        items++;
        bytes += length + Long.BYTES;
        if (bytes > most) {
            throw new RdbException("a value may take " + most + " bytes but this one has more");
        }
    }

    @Override
    public void string(byte[] value) throws RdbException {
        add(value.length);
    }

    @Override
    public void field(byte[] name, byte[] value, long expiresAt) throws RdbException {
        add(name.length + value.length);
    }

    @Override
    public void member(byte[] member) throws RdbException {
        add(member.length);
    }

    @Override
    public void scored(byte[] member, double score) throws RdbException {
        add(member.length);
    }

    @Override
    public void element(byte[] element) throws RdbException {
        add(element.length);
    }

    @Override
    public void entry(StreamId id, byte[] texts) throws RdbException {
        add(texts.length);
    }

    @Override
    public void stream(StreamId last, StreamId removed, long added) {
        items++; // an empty one is a value, too
    }

    @Override
    public void foreign(String kind) {
        foreign = kind;
    }

    /** Of what kind it is, where this server has none such. */
    @Nullable String foreign() {
        return foreign;
    }

    /** Whether there was nothing, which Redis never keeps. */
    boolean isEmpty() {
        return items == 0;
    }
}
