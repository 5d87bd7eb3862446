package dev.larder.store;

import dev.larder.policy.Eviction;
import dev.larder.policy.PolicyFactory;
import dev.larder.testkit.StoreContract;
import org.junit.jupiter.api.Nested;

/** The contract of stores, with each policy. */
class HeapStoreContractTest {
    @Nested
    class WithS3Fifo extends HeapStoreContract {
        WithS3Fifo() {
            super(Eviction.S3_FIFO);
        }
    }

    @Nested
    class WithFifo extends HeapStoreContract {
        WithFifo() {
            super(Eviction.FIFO);
        }
    }

    abstract static class HeapStoreContract implements StoreContract {
        private final PolicyFactory policy;

        HeapStoreContract(PolicyFactory policy) {
            this.policy = policy;
        }

        @Override
        public Store<Object, String> newStore(Bound bound, long idleNanos, Removals<Object, String> removals) {
            return new HeapStore<>(StoreOptions.of(bound).withPolicy(policy).withIdleNanos(idleNanos), removals);
        }

        @Override
        public void checkInvariants(Store<Object, String> store) {
            ((HeapStore<Object, String>) store).checkInvariants();
        }
    }
}
