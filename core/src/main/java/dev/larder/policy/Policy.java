package dev.larder.policy;

/**
 * Decides which entry leaves when room is needed. It sees slots, small numbers that a store gives its entries, and
 * nothing else; so one class serves a heap store, a store of bytes off the heap and a simulation.
 *
 * <p>{@link #onHit} is wait-free, may be called from any thread without a lock and may lose a race: a lost hit costs a
 * little hit ratio, never more. Everything else is called under the lock of the store (or shard) that owns the policy.
 */
public interface Policy {
    /** The entry in {@code slot} was read. Never allocates, locks or throws; {@code slot} may be of an entry just gone. */
    void onHit(int slot);

    /** An entry with this key hash now lives in {@code slot}, which was free. */
    void onAdd(int slot, int hash);

    /** The entry in {@code slot} got another value; its key is the same. */
    void onUpdate(int slot);

    /** The entry in {@code slot} left, by removal, expiry or as the victim. */
    void onRemove(int slot, boolean evicted);

    /** The slot of the entry to evict next; the store then calls {@link #onRemove}. Only called when one is stored. */
    int victim();

    /** From now on slots go up to {@code slots} - 1; never fewer than before. */
    void grow(int slots);
}
