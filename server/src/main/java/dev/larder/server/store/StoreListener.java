package dev.larder.server.store;

/**
 * Hears of keys that left by themselves or were changed. Called under the lock of the key's shard: it notes down what it needs, and
 * neither waits nor calls the store. The key is valid during the call.
 */
public interface StoreListener {
    /** Hears nothing. */
    StoreListener NONE = new StoreListener() {
        @Override
        public void evicted(int database, Slice key) {}

        @Override
        public void expired(int database, Slice key) {}
    };

    /** A key left because room was needed. */
    void evicted(int database, Slice key);

    /** A key's time had passed. */
    void expired(int database, Slice key);

    /**
     * A key's value, or when it expires, was changed by whoever had it open, or it was removed; said as its {@link Entry} is
     * closed, once for all that was done to it, and not where {@link Entry#told} said it was. Not for what is loaded.
     */
    default void changed(int database, Slice key) {}

    /** Fields of a hash were removed because their time had passed; {@code isEmpty} if the hash goes with them. */
    default void fieldsExpired(int database, Slice hashKey, boolean isEmpty) {}
}
