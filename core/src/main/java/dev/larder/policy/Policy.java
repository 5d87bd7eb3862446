package dev.larder.policy;

import java.util.BitSet;

/**
 * Decides which entry leaves when room is needed. It sees slots, small numbers that a store gives its entries, hashes of
 * keys and when entries expire, and nothing else; so one class serves a heap store, a store of bytes off the heap and a
 * simulation.
 *
 * <p>{@link #onHit} is wait-free, may be called from any thread without a lock and may lose a race: a lost hit costs a
 * little hit ratio, never more. Everything else is called under the lock of the store (or shard) that owns the policy,
 * and does not throw; only {@link #grow} allocates, and where memory is short it throws and leaves the policy as usable
 * as it was.
 */
public interface Policy {
    /** Stands for a slot where there is none. */
    int NONE = -1;

    /**
     * The entry in {@code slot}, whose key has this hash, was read. Never allocates, locks or throws; the slot may be of an
     * entry just gone, and hold another by now.
     */
    void onHit(int slot, int hash);

    /**
     * An entry now lives in {@code slot}, which was free and is below the last {@link #grow}.
     *
     * @param hash of its key, every bit depending on all of the key's
     * @param expiresAt a reading of the ticker at which it is of no use; {@link dev.larder.time.Ticker#NEVER} for never
     */
    void onAdd(int slot, int hash, long expiresAt);

    /** The entry in {@code slot} got another value, or other times; its key is the same. */
    void onUpdate(int slot, int hash, long expiresAt);

    /**
     * The entry in {@code slot} left.
     *
     * @param hash as given to {@link #onAdd}; handed back so that no policy need keep it
     * @param evicted whether it left as the {@link #victim}; if not, it expired or was removed
     */
    void onRemove(int slot, int hash, boolean evicted);

    /**
     * The slot of the entry to evict next, or {@link #NONE} where none may leave; the store then calls {@link #onRemove},
     * as a rule. Only called when an entry is stored.
     *
     * @param hashes tells the hash of a stored slot; valid during the call
     */
    int victim(SlotHashes hashes);

    /**
     * The slots in use, those first that would leave first if nothing more was read; an estimate where the policy has no
     * order of its own. For views and reports: takes time up to linear-logarithmic in the slots, and allocates.
     */
    int[] coldestFirst();

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
