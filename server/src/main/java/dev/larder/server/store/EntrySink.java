package dev.larder.server.store;

/** Takes entries of a walk. Called under the lock of a shard: it reads the entry, and does not change the store. */
@FunctionalInterface
public interface EntrySink {
    /** An entry that is there; valid during the call. */
    void entry(Entry entry);
}
