package dev.larder.benchmarks.store;

/** Keys with values, as one thread sees them. Whoever is behind it may serve several such threads at once. */
interface Keyed extends AutoCloseable {
    /** Sets a value, which is copied. */
    void set(byte[] key, byte[] value);

    /** Copies a value out; says how many bytes, or -1 where there is none. */
    int get(byte[] key, byte[] into);

    /** The same for another thread. */
    Keyed forThread();

    /** Bytes that it says it takes. */
    long bytes();

    @Override
    void close();
}
