package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index at every table size: whatever was inserted and removed before, each slot present is reachable. */
class SlotIndexTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    record Key(int id, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 12, 13, 24, 48, 96, 100, 192, 384, 1000, 3072})
    void everySlotPresentIsReachableAfterEachOperation(int slots) {
        for (int hashes : new int[] {1, 2, 7, 100, Integer.MAX_VALUE}) {
            run(slots, hashes, 1_000, slots <= 13 ? 1 : 100);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {24_576, 49_152, 49_153, 98_304})
    void greatTablesWithShortTagsAreNoObstacle(int slots) {
        run(slots, Integer.MAX_VALUE, slots * 2, slots);
        run(slots, 5_000, slots * 2, slots);
    }

    private static void run(int slots, int hashes, int operations, int checkEvery) {
        System.out.println("larder.seed=" + SEED + " slots=" + slots + " hashes=" + hashes);
        SplittableRandom random = new SplittableRandom(SEED);
        int[] index = new int[SlotIndex.lengthFor(slots)];
        assertThat(slots).isLessThan(index.length);
        @Nullable Node<?, ?>[] nodes = new Node<?, ?>[slots];
        int[] hashOf = new int[slots];
        BitSet used = new BitSet(slots);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            boolean insert = used.cardinality() < slots && random.nextInt(100) < 55;
            if (insert) {
                int slot = used.nextClearBit(0);
                Key key = new Key(i, random.nextInt(hashes));
                Node<Key, String> node = new DetailedNode<>(key, "", 1, 0, Ticker.NEVER, Ticker.NEVER);
                nodes[slot] = node;
                hashOf[slot] = node.hash();
                SlotIndex.insert(index, node.hash(), slot);
                used.set(slot);
                order.add(slot);
            } else if (!order.isEmpty()) {
                Collections.swap(order, random.nextInt(order.size()), order.size() - 1);
                int slot = order.remove(/* index */ order.size() - 1);
                Node<?, ?> node = nodes[slot];
                assertThat(node).isNotNull();
                SlotIndex.remove(index, slot, hashOf);
                nodes[slot] = null;
                used.clear(slot);
            }
            if (i % checkEvery == 0 || i == operations - 1) {
                checkReachable(index, nodes, used);
            }
        }
    }

    private static void checkReachable(int[] index, @Nullable Node<?, ?>[] nodes, BitSet used) {
        int filled = 0;
        for (int entry : index) {
            filled += entry == 0 ? 0 : 1;
        }
        assertThat(filled).isEqualTo(used.cardinality());
        for (int slot = used.nextSetBit(0); slot >= 0; slot = used.nextSetBit(slot + 1)) {
            Node<?, ?> node = nodes[slot];
            assertThat(node != null && isReachable(index, node.hash(), slot)).isTrue();
        }
    }

    private static boolean isReachable(int[] index, int hash, int slot) {
        int at = SlotIndex.home(hash, index.length);
        while (index[at] != 0) {
            if (SlotIndex.slotOf(index[at], index.length) == slot) {
                return SlotIndex.tagOf(index[at], index.length) == SlotIndex.tag(hash, index.length);
            }
            at = SlotIndex.next(at, index.length);
        }
        return false;
    }

    @Test
    void tableIsLongerByHalfThanThereAreSlots() {
        assertThat(SlotIndex.lengthFor(1)).isEqualTo(2);
        assertThat(SlotIndex.lengthFor(3)).isEqualTo(5);
        assertThat(SlotIndex.lengthFor(4)).isEqualTo(6);
        assertThat(SlotIndex.lengthFor(12_288)).isEqualTo(18_432);
    }

    @Test
    void homesSpreadEvenlyOverATableOfAnyLength() {
        int[] homes = new int[100];

        for (int hash = 0; hash < 1_000_000; hash++) {
            homes[SlotIndex.home(Node.spread(hash), homes.length)]++;
        }

        assertThat(Arrays.stream(homes)).allSatisfy(count -> assertThat(count).isBetween(9_000, 11_000));
    }
}
