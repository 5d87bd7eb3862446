package dev.larder.server.rdb;

import dev.larder.server.store.StreamId;

/** Takes what a value of Redis consists of, as it is read; may refuse it, which ends the reading. */
public interface Items {
    /** A string: all of it. */
    void string(byte[] value) throws RdbException;

    /** A field of a hash. */
    void field(byte[] name, byte[] value, long expiresAt) throws RdbException;

    /** A member of a set. */
    void member(byte[] member) throws RdbException;

    /** A member of a sorted set. */
    void scored(byte[] member, double score) throws RdbException;

    /** An element of a list, in its order. */
    void element(byte[] element) throws RdbException;

    /**
     * An entry of a stream, in their order.
     *
     * @param texts as {@link dev.larder.server.store.Texts} has them
     */
    void entry(StreamId id, byte[] texts) throws RdbException;

    /** What a stream knows beside its entries, which came before. */
    void stream(StreamId last, StreamId removed, long added) throws RdbException;

    /** It is a value of a kind that this server has not: {@code streams with groups}, say. */
    void foreign(String kind) throws RdbException;
}
