package dev.larder.store;

import dev.larder.policy.Policy;
import org.jspecify.annotations.Nullable;

/** What a read of a shard follows, on cache lines of its own: {@link Slots} says by which rules. */
abstract class SlotArrays<K, V> extends Padding {
    /** Even: at rest; odd: entries are on the move. */
    volatile int sequence;

    int[] index = SlotIndex.NONE;

    @Nullable Node<K, V>[] nodes = newNodes(0);

    final Policy policy;
    final ShardLock lock;

    SlotArrays(Policy policy, ShardLock lock) {
        this.policy = policy;
        this.lock = lock;
    }

    @SuppressWarnings("unchecked") // never leaves this package as anything but an array of nodes
    static <K, V> @Nullable Node<K, V>[] newNodes(int length) {
        return (Node<K, V>[]) new Node<?, ?>[length];
    }
}
