package dev.larder.server.store;

/** Checks of a store for tests of other packages. */
public final class StoreChecks {
    private StoreChecks() {}

    /** Throws where a store contradicts itself. */
    public static void check(OffHeapStore store) {
        store.checkInvariants();
    }
}
