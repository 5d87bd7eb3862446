package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** Estimates against JOL, which reads the true sizes out of the virtual machine. */
@SuppressWarnings({"JavaUtilDate", "JdkObsolete"}) // whoever stores such values wants them measured too
class SizeEstimatorTest {
    private static final SizeEstimator ESTIMATOR = SizeEstimator.of(false);

    record Product(long id, String name, double price, List<String> tags) {}

    static class Base {
        byte flag = 1;
        long number = 2;
        String text = "base";
    }

    static final class Derived extends Base {
        boolean other;
        Object more = new int[3];
        short small;
    }

    enum Unit {
        PIECE
    }

    @BeforeAll
    static void letJolReadRecords() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    static Stream<Object> valuesOfKnownLayout() {
        return Stream.of(
                "",
                "hello",
                "h\u20ac",
                1234,
                5L,
                (short) 3,
                2.5,
                'c',
                new int[5],
                new long[5],
                new byte[3],
                new boolean[9],
                new @Nullable String[] {"a", null, "bc"},
                new int[3][4],
                UUID.randomUUID(),
                Instant.EPOCH,
                Duration.ofDays(1),
                LocalDate.EPOCH,
                LocalDateTime.of(2026, 1, 2, 3, 4),
                new Date(0),
                BigInteger.TWO.pow(300),
                new BigDecimal("12.34"),
                new BigDecimal("12345678901234567890123456789.34"),
                Optional.of("abc"),
                new AtomicReference<>("abc"),
                new Base(),
                new Derived(),
                new Product(1, "name", 2, List.of("a", "b", "c")));
    }

    /** In one test, not one for each: the name of a parameterised test would make values keep their own text. */
    @Test
    void estimateOfAKnownLayoutIsExact() {
        assertThat(valuesOfKnownLayout())
                .allSatisfy(value -> assertThat(ESTIMATOR.bytesOf(value))
                        .as(value.getClass().getName())
                        .isEqualTo(GraphLayout.parseInstance(value).totalSize()));
    }

    static Stream<Object> containers() {
        return IntStream.of(0, 1, 2, 5, 13, 50, 64, 300).boxed().flatMap(SizeEstimatorTest::containersOf);
    }

    private static Stream<Object> containersOf(int size) {
        List<String> list =
                IntStream.range(0, size).mapToObj(i -> "element" + (i + 1000)).toList();
        Map<String, Long> map = new HashMap<>();
        list.forEach(element -> map.put(element, (long) map.size()));
        return Stream.of(
                list.stream().collect(Collectors.toCollection(ArrayList::new)),
                list.stream().collect(Collectors.toCollection(ArrayDeque::new)),
                list.stream().collect(Collectors.toCollection(HashSet::new)),
                new LinkedHashSet<>(list),
                new LinkedList<>(list),
                new TreeSet<>(list),
                List.copyOf(list),
                Set.copyOf(list),
                Map.copyOf(map),
                Arrays.asList(list.toArray()),
                Collections.unmodifiableList(new ArrayList<>(list)),
                Collections.unmodifiableMap(new HashMap<>(map)),
                map,
                new LinkedHashMap<>(map),
                new TreeMap<>(map),
                new ConcurrentHashMap<>(map));
    }

    @Test
    void estimateOfAContainerIsWithinATenthOrASmallConstant() {
        assertThat(containers()).allSatisfy(container -> {
            long estimate = ESTIMATOR.bytesOf(container);

            long truth = GraphLayout.parseInstance(container).totalSize();
            // JOL counts what all containers of a kind share, such as the value of a set's map: up to about 100 bytes.
            assertThat((double) estimate)
                    .as(container.getClass().getName())
                    .isBetween(truth * 0.9 - 104, truth * 1.1 + 56);
        });
    }

    @Test
    void longListOfRecordsIsMeasuredByASample() {
        List<Product> products = IntStream.range(0, 5000)
                .mapToObj(i -> new Product(i, "product " + (10_000 + i), i, List.of("tag" + (10_000 + i))))
                .toList();

        long estimate = ESTIMATOR.bytesOf(products);

        long truth = GraphLayout.parseInstance(products).totalSize();
        assertThat((double) estimate).isBetween(truth * 0.98, truth * 1.02);
    }

    @Test
    void objectMetTwiceCountsOnce() {
        byte[] shared = new byte[1000];

        assertThat(ESTIMATOR.bytesOf(new Object[] {shared, shared}))
                .isEqualTo(GraphLayout.parseInstance((Object) new Object[] {shared, shared})
                        .totalSize());
    }

    @Test
    void cycleEnds() {
        Object[] one = new Object[1];
        Object[] two = {one};
        one[0] = two;

        assertThat(ESTIMATOR.bytesOf(one)).isBetween(40L, 64L);
    }

    @Test
    void whatAllProcessesShareCountsNothing() {
        assertThat(ESTIMATOR.bytesOf(Unit.PIECE)).isZero();
        assertThat(ESTIMATOR.bytesOf(String.class)).isZero();
        assertThat(ESTIMATOR.bytesOf(null)).isZero();
    }

    @Test
    void greatGraphTakesBoundedTime() {
        Object[] tree = tree(6, 12);

        long estimate = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> ESTIMATOR.bytesOf(tree));

        // 12^6 leaves of 16 bytes, and their arrays; the limit leaves most unseen.
        assertThat(estimate).isGreaterThan(30_000);
    }

    private static Object[] tree(int depth, int width) {
        Object[] node = new Object[width];
        for (int i = 0; i < width; i++) {
            node[i] =
                    depth == 1 ? Integer.valueOf(1_000_000 + i) : depth > 4 && i > 0 ? node[0] : tree(depth - 1, width);
        }
        return node;
    }

    @Test
    void longChainDoesNotOverflowTheStack() {
        Object[] chain = new Object[1];
        for (int i = 0; i < 100_000; i++) {
            chain = new Object[] {chain};
        }

        assertThat(ESTIMATOR.bytesOf(chain)).isPositive();
    }

    @Test
    void valueThatResistsCountsForItself() {
        List<Object> hostile = Collections.unmodifiableList(new AbstractList<>() {
            @Override
            public Object get(int index) {
                throw new ArithmeticException("on purpose");
            }

            @Override
            public int size() {
                throw new ArithmeticException("on purpose");
            }
        });

        assertThat(ESTIMATOR.bytesOf(hostile)).isPositive();
        assertThat(ESTIMATOR.bytesOf(TimeUnit.SECONDS)).isZero();
        assertThat(ESTIMATOR.bytesOf(Thread.currentThread())).isZero();
        assertThat(ESTIMATOR.bytesOf((Runnable) () -> hostile.clear())).isPositive();
    }

    @Test
    void entryCountsKeyValueAndWhatTheStoreNeedsForIt() {
        int alone = ESTIMATOR.weigh("key", null);
        int withValue = ESTIMATOR.weigh("key", new byte[1000]);

        assertThat(alone).isBetween(80, 180);
        assertThat(withValue - alone).isEqualTo(1016);
    }
}
