package dev.larder.server.store;

import dev.larder.policy.Eviction;

/** A store for tests of other packages, and checks of one. */
public final class StoreChecks {
    private StoreChecks() {}

    /** One of a single shard and 16 MiB, whose time stands still: what is done to it has no other outcome the next time. */
    public static OffHeapStore small(long now) {
        return new OffHeapStore(
                StoreConfig.standard(() -> now).withShards(1).withBound(16 << 20, Eviction.named("adaptive")));
    }

    /** Throws where a store contradicts itself. */
    public static void check(OffHeapStore store) {
        store.checkInvariants();
    }
}
