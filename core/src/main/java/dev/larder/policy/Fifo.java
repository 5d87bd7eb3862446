package dev.larder.policy;

import java.util.BitSet;

/**
 * The oldest entry leaves first, however often it was read. For those who know that age is what matters, and as the
 * plainest instance of a {@link Policy}. Updates do not make an entry younger.
 */
final class Fifo implements Policy {
    private static final int ALL = 0;

    private final SlotQueues queues = new SlotQueues(1);

    @Override
    public void onHit(int slot, int hash) {
        // Age alone decides.
    }

    @Override
    public void onAdd(int slot, int hash, long expiresAt) {
        queues.append(ALL, slot);
    }

    @Override
    public void onUpdate(int slot, int hash, long expiresAt) {
        // Age alone decides.
    }

    @Override
    public void onRemove(int slot, int hash, boolean evicted) {
        queues.remove(slot);
    }

    @Override
    public int victim(SlotHashes hashes) {
        return queues.first(ALL);
    }

    @Override
    public int[] coldestFirst() {
        return queues.inOrder();
    }

    @Override
    public void grow(int slots) {
        queues.grow(slots);
    }

    @Override
    public void clear() {
        queues.clear();
    }

    @Override
    public void checkInvariants(BitSet stored) {
        queues.checkInvariants(stored);
    }
}
