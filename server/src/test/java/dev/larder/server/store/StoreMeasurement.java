package dev.larder.server.store;

import dev.larder.policy.Eviction;
import dev.larder.server.memory.Pages;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Measures memory and speed of a store, and prints them: resident memory beyond an empty process's for each item, and
 * nanoseconds for each get and set of random keys. Run it in a process of its own, with one of
 * {@code plain}, {@code expiry}, {@code bounded}, {@code boundedExpiry}, {@code oneHash}, {@code hashes}, {@code churn}.
 */
final class StoreMeasurement {
    private static final int ITEMS = 1_000_000;
    private static final int FIELDS = 1_870_000;
    private static final int SHOPS = 170;

    private final byte[] keyBytes = new byte[40];
    private final Slice key = new Slice();
    private final Slice value = Slice.of(new byte[100]);
    private final Slice number = Slice.of(new byte[20]);
    private long sum;

    private StoreMeasurement() {}

    public static void main(String[] args) throws IOException {
        new StoreMeasurement().run(args[0]);
    }

    /** Of processor time, so that others on the machine count little. */
    private static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long resident() throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS");
    }

    private Slice key(int n) {
        long rest = n;
        for (int i = 19; i >= 0; i--) {
            keyBytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return key.set(keyBytes, 0, 20);
    }

    private Slice field(int article, int shop) {
        int rest = article + 1_000_000;
        for (int i = 7; i >= 0; i--) {
            keyBytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        keyBytes[8] = ':';
        keyBytes[9] = 'P';
        keyBytes[10] = 'C';
        keyBytes[11] = ':';
        rest = shop + 1000;
        for (int i = 15; i >= 12; i--) {
            keyBytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return key.set(keyBytes, 0, 16);
    }

    private Slice stock(int n) {
        int length = Numbers.format(Math.floorMod(n * 0x9E3779B9, 1000), number.memory());
        return number.set(number.memory(), 0, length);
    }

    private void run(String what) throws IOException {
        StoreConfig config = StoreConfig.standard(System::currentTimeMillis);
        if (what.startsWith("bounded") || what.equals("churn")) {
            config = config.withBound(what.equals("churn") ? 64L << 20 : 1L << 30, Eviction.standard());
        }
        warmUp(config);
        long before = resident();
        long nanos = nanos();
        try (OffHeapStore store = new OffHeapStore(config)) {
            switch (what) {
                case "oneHash" -> hashes(store, FIELDS / SHOPS, FIELDS);
                case "hashes" -> hashes(store, FIELDS / SHOPS, SHOPS);
                case "churn" -> churn(store);
                default -> items(store, what.endsWith("xpiry"));
            }
            System.out.printf("%s: loaded in %d ms%n", what, (nanos() - nanos) / 1_000_000);
            long after = resident();
            int count = what.contains("ash") ? FIELDS : ITEMS;
            System.out.printf(
                    "%s: %.1f bytes resident each, %.1f allocated; %s%n",
                    what,
                    (double) (after - before) / count,
                    (double) store.memory().allocated() / count,
                    store.memory());
            if (!what.contains("ash") && !what.equals("churn")) {
                speed(store);
            }
            if (what.contains("ash")) {
                fieldSpeed(store, what.equals("oneHash"));
            }
            System.out.println(sum == 1 ? "" : " ");
        }
    }

    /** Also fills the young generation once, as any server does sooner or later. */
    private void warmUp(StoreConfig config) {
        for (int i = 0; i < 1_000; i++) {
            sum += new byte[100_000].length;
        }
        try (OffHeapStore store = new OffHeapStore(config.withBound(Pages.UNBOUNDED, Eviction.NOEVICTION))) {
            Entry entry = store.entry();
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 10_000; i++) {
                    set(entry, i, Entry.NEVER);
                    get(entry, i);
                }
            }
        }
    }

    private void set(Entry entry, int n, long expiresAt) {
        try (Entry open = entry.open(0, key(n))) {
            open.set(value, expiresAt);
        }
    }

    private void get(Entry entry, int n) {
        try (Entry open = entry.open(0, key(n))) {
            if (open.isPresent()) {
                open.touch();
                open.read(piece -> sum += piece.byteAt(0) + piece.byteAt(piece.length() - 1));
            }
        }
    }

    private void items(OffHeapStore store, boolean expires) {
        Entry entry = store.entry();
        long at = expires ? System.currentTimeMillis() + 3_600_000 : Entry.NEVER;
        for (int i = 0; i < ITEMS; i++) {
            set(entry, i, expires ? at + i : at);
        }
    }

    private void hashes(OffHeapStore store, int articles, int fieldsEach) {
        Entry entry = store.entry();
        Slice hash = new Slice();
        byte[] name = new byte[8];
        for (int article = 0; article < articles; article++) {
            System.arraycopy(String.format("h%06d", article).getBytes(StandardCharsets.UTF_8), 0, name, 0, 7);
            int each = fieldsEach == FIELDS ? 1 : 7;
            try (Entry open = entry.open(0, hash.set(name, 0, each))) {
                for (int shop = 0; shop < SHOPS; shop++) {
                    open.fields().put(field(article, shop), stock(article * SHOPS + shop), Entry.NEVER);
                }
            }
        }
    }

    private void speed(OffHeapStore store) {
        Entry entry = store.entry();
        for (int round = 0; round < 4; round++) {
            Random random = new Random(round);
            long start = nanos();
            for (int i = 0; i < ITEMS; i++) {
                get(entry, random.nextInt(ITEMS));
            }
            long got = nanos();
            for (int i = 0; i < ITEMS; i++) {
                set(entry, random.nextInt(ITEMS), Entry.NEVER);
            }
            long set = nanos();
            for (int i = 0; i < ITEMS; i++) {
                sum += key(random.nextInt(ITEMS)).length();
            }
            long none = nanos();
            System.out.printf(
                    "get %d ns, set %d ns, making keys %d ns%n",
                    (got - start) / ITEMS, (set - got) / ITEMS, (none - set) / ITEMS);
        }
    }

    private void fieldSpeed(OffHeapStore store, boolean one) {
        Entry entry = store.entry();
        Slice hash = Slice.of("h");
        Slice[] names = new Slice[FIELDS / SHOPS];
        for (int i = 0; i < names.length && !one; i++) {
            names[i] = Slice.of(String.format("h%06d", i));
        }
        for (int round = 0; round < 3; round++) {
            Random random = new Random(round);
            long start = nanos();
            for (int i = 0; i < ITEMS; i++) {
                int article = random.nextInt(FIELDS / SHOPS);
                try (Entry open = entry.open(0, one ? hash : names[article])) {
                    open.fields().read(field(article, random.nextInt(SHOPS)), piece -> sum += piece.length());
                }
            }
            System.out.printf("a field's get %d ns%n", (nanos() - start) / ITEMS);
        }
    }

    /** Sizes shift while the store is full. */
    private void churn(OffHeapStore store) {
        Entry entry = store.entry();
        Random random = new Random(1);
        byte[] bytes = new byte[40_000];
        for (int phase = 0; phase < 6; phase++) {
            int most = new int[] {100, 1_000, 200, 30_000, 50, 3_000}[phase];
            long start = nanos();
            long written = 0;
            int sets = 0;
            while (written < 200L << 20 && sets < 2_000_000) {
                int length = random.nextInt(most);
                try (Entry open = entry.open(0, key(random.nextInt(10_000_000)))) {
                    open.set(value.set(bytes, 0, length), Entry.NEVER);
                }
                written += length + 40;
                sets++;
            }
            System.out.printf(
                    "up to %d bytes: %d ns a set, %.1f MB/s, fragmentation %.3f, %s%n",
                    most,
                    (nanos() - start) / sets,
                    written * 1e3 / (nanos() - start),
                    store.memory().fragmentation(),
                    store.memory());
        }
        value.set(new byte[100], 0, 100);
    }
}
