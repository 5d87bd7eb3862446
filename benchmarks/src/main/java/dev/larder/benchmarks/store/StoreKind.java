package dev.larder.benchmarks.store;

import dev.larder.policy.Eviction;
import dev.larder.server.memory.Pages;
import dev.larder.server.store.StoreConfig;

/** Who is measured. */
public enum StoreKind {
    /** The store with a bound that nothing reaches, the default policy, and an expiry of each item. */
    LARDER_FULL("Larder's store, bounded, adaptive, with expiry") {
        @Override
        Keyed open() {
            return new LarderStore(config().withBound(BOUND, Eviction.ADAPTIVE), true);
        }
    },
    /** The same without an expiry. */
    LARDER_BOUNDED("Larder's store, bounded, adaptive") {
        @Override
        Keyed open() {
            return new LarderStore(config().withBound(BOUND, Eviction.ADAPTIVE), false);
        }
    },
    /** The same, and what advises is told of each get, as in a server. */
    LARDER_OBSERVED("Larder's store, bounded, adaptive, observed for advice") {
        @Override
        Keyed open() {
            return LarderStore.observed(config().withBound(BOUND, Eviction.ADAPTIVE));
        }
    },
    /** The store without a bound, so without a policy. */
    LARDER_PLAIN("Larder's store, without bound") {
        @Override
        Keyed open() {
            return new LarderStore(config().withBound(Pages.UNBOUNDED, Eviction.NOEVICTION), false);
        }
    },
    /** What the heap's own map takes, which is no cache: nothing expires and nothing is bounded. */
    HEAP_MAP("ConcurrentHashMap of arrays") {
        @Override
        Keyed open() {
            return new HeapMap();
        }
    };

    private static final long BOUND = 4L << 30;

    private final String title;

    StoreKind(String title) {
        this.title = title;
    }

    private static StoreConfig config() {
        return StoreConfig.standard(System::currentTimeMillis);
    }

    String title() {
        return title;
    }

    /** An empty one. */
    abstract Keyed open();
}
