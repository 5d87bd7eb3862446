package dev.larder.server.store;

/** What a key's value is. */
public enum ValueType {
    /** Bytes. */
    STRING,
    /** Fields, each with a value. */
    HASH,
    /** Members, each once. */
    SET,
    /** Members, each once and with a score, in the order of these. */
    SORTED_SET,
    /** Elements in the order in which they were put. */
    LIST,
    /** Entries, each a list of texts, in the order of their ids. */
    STREAM
}
