package dev.larder.server.store;

/** What a key's value is. */
public enum ValueType {
    /** Bytes. */
    STRING,
    /** Fields, each with a value. */
    HASH
}
