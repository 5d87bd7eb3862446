package dev.larder.store;

import dev.larder.policy.Eviction;
import dev.larder.policy.Policy;
import dev.larder.policy.PolicyFactory;
import dev.larder.policy.SlotHashes;
import dev.larder.time.Ticker;
import java.util.BitSet;
import java.util.List;

/** Policies that let no entry leave every third time they are asked. */
final class MoodyPolicies implements PolicyFactory {
    @Override
    public List<Policy> create(int shards, Ticker ticker) {
        return Eviction.FIFO.create(shards, ticker).stream()
                .<Policy>map(Moody::new)
                .toList();
    }

    @Override
    public boolean mayRefuse() {
        return true;
    }

    @Override
    public String toString() {
        return "moody";
    }

    private static final class Moody implements Policy {
        private final Policy policy;
        private int asked;

        Moody(Policy policy) {
            this.policy = policy;
        }

        @Override
        public int victim(SlotHashes hashes) {
            return ++asked % 3 == 0 ? NONE : policy.victim(hashes);
        }

        @Override
        public void onHit(int slot, int hash) {
            policy.onHit(slot, hash);
        }

        @Override
        public void onAdd(int slot, int hash, long expiresAt) {
            policy.onAdd(slot, hash, expiresAt);
        }

        @Override
        public void onUpdate(int slot, int hash, long expiresAt) {
            policy.onUpdate(slot, hash, expiresAt);
        }

        @Override
        public void onRemove(int slot, int hash, boolean evicted) {
            policy.onRemove(slot, hash, evicted);
        }

        @Override
        public int[] coldestFirst() {
            return policy.coldestFirst();
        }

        @Override
        public void grow(int slots) {
            policy.grow(slots);
        }

        @Override
        public void clear() {
            policy.clear();
        }

        @Override
        public void checkInvariants(BitSet stored) {
            policy.checkInvariants(stored);
        }
    }
}
