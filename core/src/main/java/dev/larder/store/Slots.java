package dev.larder.store;

import dev.larder.policy.Policy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Shard} that readers see: searched without a lock, changed under the shard's.
 *
 * <p><b>Readers</b> take no lock. A find reads {@code sequence} (volatile), then the index and the node by plain loads.
 * Why these suffice:
 * <ul>
 *   <li>A node is immutable and published by its final fields, so a plain load of a reference to it shows it whole. Its
 *       one mutable field, the time of its last read, is stored before a release fence.
 *   <li>A node carries its key: whatever the index led to, a node whose key equals was stored in that slot when it was
 *       loaded (or when the loaded array was replaced by a greater copy, if that happened meanwhile). So a hit is right at
 *       that moment and needs no check. Slots are reused, nodes never, so there is no ABA.
 *   <li>A removal clears the slot, and a replacement overwrites it, before the lock's release, which is a full fence. The
 *       volatile load at the start keeps the compiler from using anything loaded earlier. Hence a find that begins after
 *       a change returned sees it.
 *   <li>A miss may be due to entries on the move. It counts only if the sequence was even at the start and is unchanged
 *       at the end; else the search is repeated, and after a few attempts made under the lock.
 *   <li>Index and nodes may be of different sizes for a moment while a shard grows: slots beyond the array are skipped.
 * </ul>
 *
 * <p><b>Writers</b> hold the shard's lock. A structural change stands between {@link #beginMove} and {@link #endMove},
 * which make {@code sequence} odd before its first store and even after its last. Replacing a node in its slot is one store
 * and needs neither.
 *
 * <p>A read writes nothing but what the policy notes, and what a change writes apart from these arrays lies on other lines:
 * threads that read do not wait for each other, nor for changes of other entries.
 *
 * <p>Tried by {@code HeapStoreRaceTest}, {@code StoreLincheckTest} and the tests of {@code core-stress}.
 */
abstract class Slots<K, V> extends SlotArrays<K, V> {
    private static final int OPTIMISTIC_ATTEMPTS = 4;

    private static final VarHandle SEQUENCE;

    static {
        try {
            SEQUENCE = MethodHandles.lookup().findVarHandle(SlotArrays.class, "sequence", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @SuppressWarnings({"unused", "UnusedVariable"}) // as in Padding, for what comes after
    private long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15, p16;

    Slots(Policy policy, ShardLock lock) {
        super(policy, lock);
    }

    /** Takes the lock and returns the caller's id; see {@link ShardLock} for how to release it. */
    abstract long enter();

    /** The node of a key as it is at one moment between call and return. Takes no lock, unless writers keep moving. */
    final @Nullable Node<K, V> find(K key, int hash, boolean tellPolicy) {
        for (int attempt = 0; attempt < OPTIMISTIC_ATTEMPTS; attempt++) {
            int before = sequence;
            Node<K, V> found = search(key, hash, tellPolicy);
            if (found != null) {
                return found;
            }
            VarHandle.acquireFence();
            if ((before & 1) == 0 && before == sequence) {
                return null;
            }
            Thread.onSpinWait();
        }
        enter();
        try {
            return search(key, hash, tellPolicy);
        } finally {
            lock.owner = ShardLock.NOBODY;
            lock.wake();
        }
    }

    private @Nullable Node<K, V> search(K key, int hash, boolean tellPolicy) {
        int[] index = this.index;
        @Nullable Node<K, V>[] nodes = this.nodes;
        int length = index.length;
        int tag = SlotIndex.tag(hash, length);
        int at = SlotIndex.home(hash, length);
        for (int steps = 0; steps < length; steps++) {
            int entry = index[at];
            if (entry == 0) {
                return null;
            }
            int slot = (entry ^ tag) - 1; // where the tags agree, only the slot is left; else it is out of range
            if (slot >= 0 && slot < nodes.length) {
                Node<K, V> node = nodes[slot];
                if (node != null && isOf(node, key)) {
                    if (tellPolicy) {
                        policy.onHit(slot, hash);
                    }
                    return node;
                }
            }
            at = SlotIndex.next(at, length);
        }
        return null;
    }

    @SuppressWarnings("ReferenceEquality") // a shortcut, as in every map
    static <K, V> boolean isOf(Node<K, V> node, K key) {
        K its = node.key();
        return its == key || key.equals(its);
    }

    final void beginMove() {
        SEQUENCE.setOpaque(this, (sequence + 1) | 1); // a torn move may have left it odd
        VarHandle.releaseFence();
    }

    final void endMove() {
        SEQUENCE.setRelease(this, sequence + 1);
    }
}
