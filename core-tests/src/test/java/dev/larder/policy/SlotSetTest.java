package dev.larder.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.testkit.Seed;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of slots of which one can be drawn. */
final class SlotSetTest {
    private final SlotSet set = new SlotSet();
    private final Dice dice = new Dice(1);

    @Test
    void setAgreesWithAModelOverRandomChanges() {
        RandomGenerator random = Seed.of("SlotSetTest").generator(0);
        BitSet model = new BitSet();
        int slots = 0;
        for (int step = 0; step < 20_000; step++) {
            if (step % 2_000 == 0) {
                slots += 1 + random.nextInt(100);
                set.grow(slots);
            }
            int slot = random.nextInt(slots);
            boolean add = random.nextInt(3) > 0;
            model.set(slot, add);
            if (add) {
                set.add(slot);
            } else {
                set.remove(slot);
            }
            if (!model.isEmpty()) {
                assertThat(model.get(set.draw(dice))).as("a member is drawn").isTrue();
            }
        }

        set.checkInvariants();
        int[] members = new int[set.size()];
        set.copyTo(members);
        assertThat(members).containsExactlyInAnyOrder(model.stream().toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 997})
    void everyMemberIsDrawnAboutAsOftenHoweverFewThereAre(int gap) {
        int members = 200;
        set.grow(members * gap);
        for (int i = 0; i < members; i++) {
            set.add(i * gap);
        }

        int[] drawn = new int[members];
        for (int i = 0; i < members * 1_000; i++) {
            drawn[set.draw(dice) / gap]++;
        }

        assertThat(Arrays.stream(drawn).boxed())
                .allSatisfy(times -> assertThat(times).isBetween(850, 1_150));
    }

    @Test
    void clearedSetIsEmptyAndGrowsAgain() {
        set.grow(100);
        set.add(99);

        set.clear();
        set.grow(8);
        set.add(7);

        assertThat(set.size()).isOne();
        assertThat(set.draw(dice)).isEqualTo(7);
        set.checkInvariants();
    }
}
