package dev.larder.benchmarks.far;

import dev.larder.benchmarks.keys.MixedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What one thread does over and over. */
enum Operation {
    /** One read of any key, all alike. */
    GET("get") {
        @Override
        Runnable work(FarClient client, int entries, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            return () -> read(client, MixedKeys.key(random.nextInt(entries)));
        }
    },
    /** One bulk read of {@value #KEYS} different keys. */
    GET_ALL("getAll(100)") {
        @Override
        Runnable work(FarClient client, int entries, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            return () -> {
                int first = random.nextInt(entries - KEYS);
                List<Long> keys = new ArrayList<>(KEYS);
                for (int key = first; key < first + KEYS; key++) {
                    keys.add(MixedKeys.key(key));
                }
                int found = client.getAll(keys);
                if (found != KEYS) {
                    throw new IllegalStateException("a bulk read must find " + KEYS + " items but found " + found);
                }
            };
        }
    },
    /** One read of {@link MixedLoad}. */
    MIXED("get, 9 of 10 near") {
        @Override
        Runnable work(FarClient client, int entries, long seed) {
            MixedLoad keys = new MixedLoad(entries, seed);
            return () -> read(client, keys.next());
        }
    },
    /** One read of a key that no tier holds, so that it is loaded and stored. */
    LOAD("get that loads and stores") {
        @Override
        Runnable work(FarClient client, int entries, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            return () -> client.load(random.nextLong());
        }
    };

    /** Keys of one bulk read. */
    static final int KEYS = 100;

    private final String title;

    Operation(String title) {
        this.title = title;
    }

    /** What tables call it. */
    String title() {
        return title;
    }

    /** The work of one thread, whose keys follow from {@code seed}. */
    abstract Runnable work(FarClient client, int entries, long seed);

    private static void read(FarClient client, Long key) {
        if (client.get(key) == null) {
            throw new IllegalStateException("every read must hit, but one did not");
        }
    }
}
