package dev.larder.server.rdb;

/** Takes what a value of Redis consists of, as it is read. */
public interface Items {
    /** A string: all of it. */
    void string(byte[] value);

    /** A field of a hash. */
    void field(byte[] name, byte[] value, long expiresAt);

    /** A member of a set. */
    void member(byte[] member);

    /** A member of a sorted set. */
    void scored(byte[] member, double score);

    /** An element of a list, in its order. */
    void element(byte[] element);

    /** It is a value of a kind that this server has not: {@code stream}, say. */
    void foreign(String kind);
}
