package dev.larder.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each policy does with slots. */
class PolicyTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    /** A full store in miniature: keys are their own hashes, one slot each. Of three keys one has no time to live. */
    private static final class Simulation {
        final Policy policy;
        private final int[] keyOf;
        private final BitSet used = new BitSet();
        private final Map<Integer, Integer> slotOf = new HashMap<>();

        Simulation(Eviction eviction, int slots) {
            policy = eviction.create(1, Ticker.system()).get(0);
            policy.grow(slots);
            keyOf = new int[slots];
        }

        void request(int key) {
            Integer slot = slotOf.get(key);
            if (slot != null) {
                policy.onHit(slot, hash(key));
                return;
            }
            if (used.cardinality() == keyOf.length) {
                int victim = policy.victim(at -> hash(keyOf[at]));
                if (victim == Policy.NONE) {
                    return;
                }
                leave(victim, true);
            }
            int free = used.nextClearBit(0);
            used.set(free);
            keyOf[free] = key;
            slotOf.put(key, free);
            policy.onAdd(free, hash(key), key % 3 == 0 ? Ticker.NEVER : key);
        }

        void leave(int slot, boolean evicted) {
            slotOf.remove(keyOf[slot]);
            used.clear(slot);
            policy.onRemove(slot, hash(keyOf[slot]), evicted);
        }

        void remove(int key) {
            Integer slot = slotOf.get(key);
            if (slot != null) {
                leave(slot, false);
            }
        }

        void update(int key, long expiresAt) {
            Integer slot = slotOf.get(key);
            if (slot != null) {
                policy.onUpdate(slot, hash(key), expiresAt);
            }
        }

        boolean holds(int key) {
            return slotOf.containsKey(key);
        }

        private static int hash(int key) {
            int h = key * 0x9E3779B9;
            return h ^ (h >>> 15);
        }
    }

    @ParameterizedTest
    @EnumSource
    void policyTracksExactlyTheSlotsInUse(Eviction eviction) {
        System.out.println("larder.seed=" + SEED + " " + eviction);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int slots : new int[] {1, 2, 3, 10, 100, 1000}) {
            Simulation simulation = new Simulation(eviction, slots);
            for (int i = 0; i < 20_000; i++) {
                int key = random.nextInt(slots * 2);
                if (random.nextInt(10) == 0) {
                    simulation.remove(key);
                } else if (random.nextInt(10) == 0) {
                    simulation.update(key, random.nextBoolean() ? Ticker.NEVER : i);
                } else {
                    simulation.request(key);
                }
                if (i % 1000 == 0 || slots < 10) {
                    simulation.policy.checkInvariants(simulation.used);
                }
            }
            simulation.policy.checkInvariants(simulation.used);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hitOfASlotThatIsGoneOrNeverWasIsHarmless(Eviction eviction) {
        Simulation simulation = new Simulation(eviction, 4);

        simulation.policy.onHit(3, 0);
        simulation.policy.onHit(4, 0);
        simulation.policy.onHit(1_000_000, 0);
        simulation.request(1);
        simulation.policy.clear();
        simulation.policy.onHit(0, 0);

        simulation.policy.checkInvariants(new BitSet());
    }

    @ParameterizedTest
    @EnumSource
    void clearedPolicyStartsAfresh(Eviction eviction) {
        Simulation simulation = new Simulation(eviction, 4);
        for (int key = 0; key < 10; key++) {
            simulation.request(key);
        }

        simulation.policy.clear();
        simulation.policy.grow(2);
        simulation.policy.onAdd(1, 5, 1);

        assertThat(simulation.policy.victim(slot -> 5)).isEqualTo(eviction == Eviction.NOEVICTION ? Policy.NONE : 1);
        assertThat(simulation.policy.coldestFirst()).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource
    void invariantsAreBrokenByASlotThePolicyWasNotToldOf(Eviction eviction) {
        Simulation simulation = new Simulation(eviction, 4);
        simulation.request(1);

        assertThatIllegalStateException().isThrownBy(() -> simulation.policy.checkInvariants(new BitSet()));
    }

    @Test
    void fifoEvictsByAgeWhateverWasRead() {
        Simulation simulation = new Simulation(Eviction.FIFO, 3);
        for (int key : new int[] {1, 2, 3, 1, 1, 4}) {
            simulation.request(key);
        }
        simulation.remove(3);

        simulation.request(5);
        simulation.request(6);

        assertThat(simulation.holds(1)).isFalse();
        assertThat(simulation.holds(2)).isFalse();
        assertThat(simulation.holds(4) && simulation.holds(5) && simulation.holds(6))
                .isTrue();
    }

    @Test
    void s3FifoKeepsWhatIsReadThroughAScan() {
        Simulation simulation = new Simulation(Eviction.S3_FIFO, 100);
        for (int round = 0; round < 5; round++) {
            for (int key = 0; key < 50; key++) {
                simulation.request(key);
            }
        }

        for (int key = 1000; key < 11_000; key++) {
            simulation.request(key);
        }

        List<Integer> kept = new ArrayList<>();
        for (int key = 0; key < 50; key++) {
            if (simulation.holds(key)) {
                kept.add(key);
            }
        }
        assertThat(kept).hasSize(50);
    }

    @Test
    void s3FifoGivesAKeyThatCameBackSoonALongerStay() {
        Simulation simulation = new Simulation(Eviction.S3_FIFO, 100);
        for (int key = 0; key < 101; key++) {
            simulation.request(key);
        }
        assertThat(simulation.holds(0)).isFalse();

        simulation.request(0);
        for (int key = 1000; key < 1200; key++) {
            simulation.request(key);
        }

        assertThat(simulation.holds(0)).isTrue();
    }

    @Test
    void ghostsAreFoundOnceAndForgottenInTime() {
        GhostSet ghosts = new GhostSet();
        assertThat(ghosts.remove(1)).isFalse();
        ghosts.resize(1000);
        SplittableRandom random = new SplittableRandom(7);
        int[] hashes = random.ints(10_000).toArray();

        for (int hash : hashes) {
            ghosts.add(hash);
        }

        int recent = 0;
        int old = 0;
        for (int i = 0; i < 500; i++) {
            recent += ghosts.remove(hashes[9_999 - i]) ? 1 : 0;
            old += ghosts.remove(hashes[i]) ? 1 : 0;
        }
        assertThat(recent).isGreaterThan(450);
        assertThat(old).isLessThan(5);
        assertThat(ghosts.remove(hashes[9_999])).isFalse();
    }
}
