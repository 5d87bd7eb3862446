package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sets beside plain ones; {@code -Dlarder.seed=N} repeats a run. */
class SetModelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    private static StoreConfig config() {
        return StoreConfig.standard(() -> 1_700_000_000_000L).withShards(2).withSeed(new StoreConfig.Seed(SEED, 7));
    }

    private static Set<String> members(Entry open) {
        Set<String> found = new HashSet<>();
        long cursor = 0;
        do {
            cursor = open.members().scan(cursor, 10, member -> found.add(member.toString()));
        } while (cursor != 0);
        return found;
    }

    private static String member(Random random, int most) {
        int number = random.nextInt(most);
        return switch (number % 50) {
            case 0 -> "long".repeat(1_000) + number;
            case 1, 2, 3 -> Integer.toString(number);
            default -> "member" + number;
        };
    }

    @Test
    void agreesWithHashSets() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        Set<String> model = new HashSet<>();
        try (OffHeapStore store = new OffHeapStore(config())) {
            Entry entry = store.entry();
            for (int round = 0; round < 40; round++) {
                int most = new int[] {30, 100, 3_000, 200}[round % 4];
                try (Entry open = entry.open(0, Slice.of("set"))) {
                    for (int i = 0; i < 500; i++) {
                        String member = member(random, most);
                        Slice slice = Slice.of(member);
                        assertThat(open.members().contains(slice)).isEqualTo(model.contains(member));
                        if (random.nextInt(5) < 2 + round % 2) {
                            assertThat(open.members().remove(slice)).isEqualTo(model.remove(member));
                        } else {
                            assertThat(open.members().add(slice)).isEqualTo(model.add(member));
                        }
                    }
                    assertThat(open.members().count()).isEqualTo(model.size());
                    assertThat(members(open)).isEqualTo(model);
                    assertThat(open.isPresent()).isEqualTo(!model.isEmpty());
                    assertThat(open.members()
                                    .random(random, one -> assertThat(model).contains(one.toString())))
                            .isEqualTo(!model.isEmpty());
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void copyIsAnotherSet() {
        try (OffHeapStore store = new OffHeapStore(config())) {
            for (int count : new int[] {3, 1_000}) {
                Slice key = Slice.of("source" + count);
                Slice other = Slice.of("copy" + count);
                try (Section section = store.section().add(key).add(other).lock();
                        Entry from = store.entry().open(0, key);
                        Entry to = store.entry().open(0, other)) {
                    assertThat(section).isNotNull();
                    for (int i = 0; i < count; i++) {
                        from.members().add(Slice.of("member" + i));
                    }
                    to.copyFrom(from);
                    to.members().add(Slice.of("one more"));

                    assertThat(to.type()).isEqualTo(ValueType.SET);
                    assertThat(from.members().count()).isEqualTo(count);
                    assertThat(to.members().count()).isEqualTo(count + 1);
                    assertThat(members(to)).contains("member0", "one more");
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void writeWithoutRoomChangesNothing() {
        Random random = new Random(SEED);
        Set<String> model = new HashSet<>();
        StoreConfig full = config().withShards(1).withBound(20 * 65_536L, Eviction.NOEVICTION);
        try (OffHeapStore store = new OffHeapStore(full)) {
            Entry entry = store.entry();
            for (int refused = 0; refused < 50; ) {
                String member = "x".repeat(random.nextInt(200)) + random.nextInt(1_000_000);
                try (Entry open = entry.open(0, Slice.of("set"))) {
                    open.members().add(Slice.of(member));
                    model.add(member);
                } catch (OutOfRoomException e) {
                    refused++;
                }
            }
            store.checkInvariants();
            try (Entry open = entry.open(0, Slice.of("set"))) {
                assertThat(members(open)).isEqualTo(model);
            }
        }
    }

    @Test
    void replacementTakesPlaceAsAWholeOrNotAtAll() {
        StoreConfig full = config().withShards(1).withBound(20 * 65_536L, Eviction.NOEVICTION);
        try (OffHeapStore store = new OffHeapStore(full);
                Entry open = store.entry().open(0, Slice.of("set"))) {
            open.set(Slice.of("a string"), 1_800_000_000_000L);
            assertThatThrownBy(() -> open.members().replace(adder -> {
                        for (int i = 0; i < 1_000_000; i++) {
                            adder.member(Slice.of("member" + i));
                        }
                    }))
                    .isInstanceOf(OutOfRoomException.class);
            assertThat(open.length()).isEqualTo(8);
            assertThatThrownBy(() -> open.scores().replace(building -> {
                        for (int i = 0; i < 1_000_000; i++) {
                            building.put(Slice.of("member" + i), i);
                        }
                    }))
                    .isInstanceOf(OutOfRoomException.class);
            assertThat(open.length()).isEqualTo(8);

            assertThat(open.members().replace(adder -> adder.member(Slice.of("one"))))
                    .isEqualTo(1);
            assertThat(open.type()).isEqualTo(ValueType.SET);
            assertThat(open.expiresAt()).isEqualTo(Entry.NEVER);
            assertThat(open.scores().replace(building -> building.put(Slice.of("one"), 2)))
                    .isEqualTo(1);
            assertThat(open.scores().score(Slice.of("one"))).isEqualTo(2);
            assertThat(open.members().replace(adder -> {})).isZero();
            assertThat(open.isPresent()).isFalse();
            store.checkInvariants();
        }
    }

    @Test
    void setIsNoHash() {
        try (OffHeapStore store = new OffHeapStore(config());
                Entry open = store.entry().open(0, Slice.of("set"))) {
            open.members().add(Slice.of("member"));

            assertThatThrownBy(() -> open.fields().put(Slice.of("field"), Slice.of("1"), Entry.NEVER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the value must be a HASH but is a SET");
            assertThat(open.members().remove(Slice.of("member"))).isTrue();
            assertThat(open.isPresent()).isFalse();
        }
    }
}
