package dev.larder.policy;

import java.util.BitSet;

/**
 * Decides which entry leaves when room is needed. It sees slots, small numbers that a store gives its entries, and
 * hashes of keys, and nothing else; so one class serves a heap store, a store of bytes off the heap and a simulation.
 *
 * <p>{@link #onHit} is wait-free, may be called from any thread without a lock and may lose a race: a lost hit costs a
 * little hit ratio, never more. Everything else is called under the lock of the store (or shard) that owns the policy,
 * and does not throw; only {@link #grow} allocates, and where memory is short it throws and leaves the policy as usable
 * as it was.
 */
public interface Policy {
    /** The entry in {@code slot} was read. Never allocates, locks or throws; {@code slot} may be of an entry just gone. */
    void onHit(int slot);

    /** An entry with this key hash now lives in {@code slot}, which was free and is below the last {@link #grow}. */
    void onAdd(int slot, int hash);

    /** The entry in {@code slot} got another value; its key is the same. */
    void onUpdate(int slot);

    /**
     * The entry in {@code slot} left.
     *
     * @param hash as given to {@link #onAdd}; handed back so that no policy need keep it
     * @param evicted whether it left as the {@link #victim}; if not, it expired or was removed
     */
    void onRemove(int slot, int hash, boolean evicted);

    /** The slot of the entry to evict next; the store then calls {@link #onRemove}. Only called when one is stored. */
    int victim();

    /** From now on slots go up to {@code slots} - 1; never fewer than before, but for a {@link #clear} in between. */
    void grow(int slots);

    /** Every entry left at once: forgets all and gives back the memory, as if never {@linkplain #grow grown}. */
    void clear();

    /**
     * Checks the policy against itself and its store, for tests; takes time linear in the slots.
     *
     * @param stored the slots in use
     * @throws IllegalStateException if the policy tracks other slots, or its structure is broken
     */
    void checkInvariants(BitSet stored);
}
