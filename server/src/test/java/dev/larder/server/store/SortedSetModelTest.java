package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import dev.larder.server.memory.PageSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Sorted sets beside plain ones; {@code -Dlarder.seed=N} repeats a run. */
class SortedSetModelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());
    private static final long NOW = 1_700_000_000_000L;

    /** A member with its score, in Redis's order. */
    private record Scored(double score, String member) implements Comparable<Scored> {
        private static final Comparator<Scored> ORDER = Comparator.comparingDouble(Scored::score)
                .thenComparing(each -> each.member.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

        @Override
        public int compareTo(Scored other) {
            return ORDER.compare(this, other);
        }
    }

    /** One sorted set, and what it should hold. */
    private static final class Twin {
        private final Entry entry;
        private final Slice key;
        private final Random random;
        private final Map<String, Double> scores = new HashMap<>();
        private final TreeSet<Scored> order = new TreeSet<>();

        Twin(OffHeapStore store, String key, Random random) {
            this.entry = store.entry();
            this.key = Slice.of(key);
            this.random = random;
        }

        private Entry open() {
            return entry.open(0, key);
        }

        void step(int members) {
            String member = member(members);
            try (Entry open = open()) {
                if (random.nextInt(3) == 0) {
                    assertThat(open.scores().remove(Slice.of(member))).isEqualTo(forget(member));
                } else {
                    put(open, member, score());
                }
            }
        }

        private String member(int members) {
            int number = random.nextInt(members);
            return number % 41 == 0 ? "m".repeat(number % 700) + number : "member" + number;
        }

        private double score() {
            return switch (random.nextInt(6)) {
                case 0 -> random.nextDouble() * 1000 - 500;
                case 1 -> random.nextInt(1_000_000) - 500_000;
                case 2 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
                case 3 -> (double) random.nextLong();
                default -> random.nextInt(5) - 2;
            };
        }

        private boolean forget(String member) {
            Double old = scores.remove(member);
            return old != null && order.remove(new Scored(old, member));
        }

        void put(Entry open, String member, double score) {
            boolean isNew = open.scores().put(Slice.of(member), score);
            assertThat(isNew).isEqualTo(!forget(member));
            scores.put(member, score);
            order.add(new Scored(score, member));
        }

        void check() {
            List<Scored> all = new ArrayList<>(order);
            try (Entry open = open()) {
                SortedSetAccess found = open.scores();
                assertThat(found.count()).isEqualTo(all.size());
                assertThat(open.isPresent()).isEqualTo(!all.isEmpty());
                List<Scored> up = new ArrayList<>();
                found.range(0, Long.MAX_VALUE, (member, score) -> up.add(new Scored(score, member.toString())));
                assertThat(up).isEqualTo(all);
                for (int i = 0; i < 5; i++) {
                    checkRange(found, all);
                    checkSearch(found, all);
                }
                Map<String, Double> scanned = new HashMap<>();
                long cursor = 0;
                do {
                    cursor = found.scan(cursor, 10, (member, score) -> scanned.put(member.toString(), score));
                } while (cursor != 0);
                assertThat(scanned).isEqualTo(scores);
            }
        }

        private void checkRange(SortedSetAccess found, List<Scored> all) {
            int from = random.nextInt(all.size() + 2);
            int count = random.nextInt(100);
            List<Scored> up = new ArrayList<>();
            found.range(from, count, (member, score) -> up.add(new Scored(score, member.toString())));
            int first = Math.min(from, all.size());
            assertThat(up).isEqualTo(all.subList(first, Math.min(all.size(), first + count)));

            List<Scored> down = new ArrayList<>();
            found.rangeDown(from, count, (member, score) -> down.add(new Scored(score, member.toString())));
            int end = Math.min(from + 1, all.size());
            List<Scored> expected = new ArrayList<>(all.subList(Math.max(0, end - count), end));
            Collections.reverse(expected);
            assertThat(down).isEqualTo(expected);
        }

        private void checkSearch(SortedSetAccess found, List<Scored> all) {
            Scored wanted = all.isEmpty() || random.nextInt(3) == 0
                    ? new Scored(score() + 0.0, member(4_000))
                    : all.get(random.nextInt(all.size()));
            Slice member = Slice.of(wanted.member);
            Double score = scores.get(wanted.member);
            assertThat(found.score(member)).isEqualTo(score == null ? Double.valueOf(Double.NaN) : score);
            assertThat(found.rank(member))
                    .isEqualTo(score == null ? -1 : all.indexOf(new Scored(score, wanted.member)));
            assertThat(found.below(wanted.score, false))
                    .isEqualTo(all.stream()
                            .filter(each -> each.score < wanted.score)
                            .count());
            assertThat(found.below(wanted.score, true))
                    .isEqualTo(all.stream()
                            .filter(each -> each.score <= wanted.score)
                            .count());
            assertThat(found.below(wanted.score, member, false))
                    .isEqualTo(order.headSet(wanted, false).size());
            assertThat(found.below(wanted.score, member, true))
                    .isEqualTo(order.headSet(wanted, true).size());
        }
    }

    private static StoreConfig config() {
        return StoreConfig.standard(() -> NOW).withShards(2).withSeed(new StoreConfig.Seed(SEED, 7));
    }

    @Test
    void agreesWithTreeSets() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        try (OffHeapStore store = new OffHeapStore(config())) {
            Twin[] twins = {
                new Twin(store, "few", random), new Twin(store, "some", random), new Twin(store, "many", random)
            };
            int[] members = {20, 200, 4_000};
            for (int round = 0; round < 12; round++) {
                for (int i = 0; i < 700; i++) {
                    int which = random.nextInt(3);
                    twins[which].step(round % 6 == 5 ? members[which] / 10 : members[which]);
                }
                for (Twin twin : twins) {
                    twin.check();
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void shrinksToNothingInAnyOrder() {
        Random random = new Random(SEED);
        try (OffHeapStore store = new OffHeapStore(config())) {
            Twin twin = new Twin(store, "set", random);
            try (Entry open = twin.open()) {
                for (int i = 0; i < 3_000; i++) {
                    twin.put(open, "long".repeat(25) + i, i % 7 == 0 ? i : random.nextInt(100));
                }
            }
            twin.check();
            store.checkInvariants();
            List<String> left = new ArrayList<>(twin.scores.keySet());
            Collections.shuffle(left, random);
            for (int i = 0; i < left.size(); i++) {
                try (Entry open = twin.open()) {
                    assertThat(open.scores().remove(Slice.of(left.get(i)))).isTrue();
                    twin.forget(left.get(i));
                }
                if (i % 600 == 0) {
                    twin.check();
                    store.checkInvariants();
                }
            }
            twin.check();
            store.checkInvariants();
            assertThat(store.size(0)).isZero();
        }
    }

    @Test
    void membersInOrderFillTheirNodes() {
        try (OffHeapStore store = new OffHeapStore(config().withShards(1))) {
            Slice member = new Slice();
            byte[] bytes = new byte[16];
            try (Entry open = store.entry().open(0, Slice.of("log"))) {
                for (int i = 0; i < 8_000; i++) {
                    byte[] name = String.format("entry%011d", i).getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(name, 0, bytes, 0, 16);
                    open.scores().put(member.set(bytes, 0, 16), 1_000_000 + i);
                }
                assertThat(open.usage() / 8_000).isLessThan(55);
            }
            store.checkInvariants();
        }
    }

    @Test
    void copyIsAnotherSet() {
        Random random = new Random(SEED);
        try (OffHeapStore store = new OffHeapStore(config())) {
            for (int members : new int[] {5, 2_000}) {
                Twin twin = new Twin(store, "source" + members, random);
                for (int i = 0; i < 2 * members; i++) {
                    twin.step(members);
                }
                Twin copy = new Twin(store, "copy" + members, random);
                try (Section section =
                                store.section().add(twin.key).add(copy.key).lock();
                        Entry from = twin.open();
                        Entry to = copy.open()) {
                    assertThat(section).isNotNull();
                    to.copyFrom(from);
                }
                copy.scores.putAll(twin.scores);
                copy.order.addAll(twin.order);
                for (int i = 0; i < 500; i++) {
                    copy.step(members);
                    twin.step(members);
                }
                copy.check();
                twin.check();
                store.checkInvariants();
            }
        }
    }

    @Test
    void writeWithoutRoomChangesNothing() {
        for (int pages = 4; pages < 30; pages += 5) {
            Random random = new Random(SEED + pages);
            StoreConfig full = config().withShards(1).withBound(pages * 65_536L, Eviction.NOEVICTION);
            try (OffHeapStore store = new OffHeapStore(full)) {
                Twin twin = new Twin(store, "set", random);
                int refused = 0;
                for (int i = 0; refused < 40 && i < 100_000; i++) {
                    String member = "member" + "x".repeat(random.nextInt(60)) + random.nextInt(20_000);
                    double score = twin.score();
                    try (Entry open = twin.open()) {
                        twin.put(open, member, score);
                    } catch (OutOfRoomException e) {
                        refused++;
                        if (refused % 20 == 1) {
                            twin.check();
                            store.checkInvariants();
                        }
                    }
                }
                assertThat(refused).isEqualTo(40);
                twin.check();
                store.checkInvariants();
            }
        }
    }

    @Test
    void systemWithoutMemoryAtAnyPointChangesNothing() {
        for (int pages = 1; pages < 12; pages += 2) {
            int[] left = {pages};
            PageSource scarce = bytes -> {
                if (left[0]-- <= 0) {
                    throw new OutOfMemoryError("none left, for a test");
                }
                return PageSource.SYSTEM.allocate(bytes);
            };
            Random random = new Random(SEED + pages);
            try (OffHeapStore store = new OffHeapStore(config().withShards(1).withSource(scarce))) {
                Twin twin = new Twin(store, "set", random);
                for (int refused = 0, i = 0; refused < 5 && i < 50_000; i++) {
                    try (Entry open = twin.open()) {
                        twin.put(open, "member" + i, twin.score());
                    } catch (OutOfRoomException e) {
                        refused++;
                    }
                }
                twin.check();
                store.checkInvariants();
            }
        }
    }

    @Test
    void scoreIsANumberAndMembersHaveALimit() {
        try (OffHeapStore store = new OffHeapStore(config());
                Entry open = store.entry().open(0, Slice.of("set"))) {
            assertThatThrownBy(() -> open.scores().put(Slice.of("member"), Double.NaN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a score must be a number but was NaN");
            assertThatThrownBy(() -> open.scores().put(Slice.of(new byte[5_000]), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a member must have at most 4096 bytes but had 5000");
            assertThat(open.isPresent()).isFalse();
            open.set(Slice.of("text"), Entry.NEVER);
            assertThatThrownBy(() -> open.scores().put(Slice.of("member"), 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the value must be a SORTED_SET but is a STRING");
        }
    }

    @Test
    void zeroHasOnePlace() {
        try (OffHeapStore store = new OffHeapStore(config());
                Entry open = store.entry().open(0, Slice.of("set"))) {
            open.scores().put(Slice.of("member"), -0.0);

            assertThat(open.scores().put(Slice.of("member"), 0.0)).isFalse();
            assertThat(1 / open.scores().score(Slice.of("member"))).isPositive();
            assertThat(open.scores().below(-0.0, false)).isZero();
            assertThat(open.scores().below(-0.0, true)).isOne();
        }
    }
}
