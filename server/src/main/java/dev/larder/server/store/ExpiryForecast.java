package dev.larder.server.store;

import java.util.random.RandomGenerator;

/**
 * How many keys expire in the time to come, from a look at some of them. Immutable.
 *
 * @param keys keys there are, those that expired and were not removed yet among them
 * @param bySecond about how many expire in each of the next {@value #SECONDS} seconds; what is over already is in the first
 * @param withinTenMinutes about how many expire in the next ten minutes
 */
@SuppressWarnings("ArrayRecordComponent") // belongs to whoever asked for it
public record ExpiryForecast(long keys, double[] bySecond, double withinTenMinutes) {
    /** Seconds that are told apart. */
    public static final int SECONDS = 60;

    private static final int SECOND = 1_000;
    private static final int TEN_MINUTES = 600;

    /** About how many keys expire within the next seconds, up to {@value #SECONDS}. */
    public double within(int seconds) {
        double sum = 0;
        for (int i = 0; i < seconds; i++) {
            sum += bySecond[i];
        }
        return sum;
    }

    /** Looks at about {@code looks} places for entries, of all shards; at all of them where there are no more. */
    public static ExpiryForecast of(OffHeapStore store, int looks, RandomGenerator random) {
        Look look = new Look(store.now(), random);
        for (int number = 0; number < store.shards(); number++) {
            Shard shard = store.lockNumbered(number);
            try {
                look.at(shard, Math.max(1, looks / store.shards()));
            } finally {
                shard.lock.unlock();
            }
        }
        return new ExpiryForecast(look.keys, look.bySecond, look.within);
    }

    private static final class Look {
        private final long now;
        private final RandomGenerator random;
        private final double[] bySecond = new double[SECONDS];
        private long keys;
        private double within;

        Look(long now, RandomGenerator random) {
            this.now = now;
            this.random = random;
        }

        void at(Shard shard, int looks) {
            int limit = shard.slots.limit();
            int count = Math.min(limit, looks);
            int here = shard.census.total();
            keys += here;
            int seen = 0;
            double[] found = new double[SECONDS];
            double foundWithin = 0;
            for (int i = 0; i < count; i++) {
                int slot = limit <= looks ? i : random.nextInt(limit);
                if (!shard.isKey(slot)) {
                    continue;
                }
                seen++;
                long expiresAt = shard.records.expiresAt(shard.slots.place(slot));
                long second = expiresAt == Entry.NEVER ? Long.MAX_VALUE : Math.max(0, expiresAt - now) / SECOND;
                if (second < TEN_MINUTES) {
                    foundWithin++;
                }
                if (second < SECONDS) {
                    found[(int) second]++;
                }
            }
            double each = seen == 0 ? 0 : (double) here / seen;
            within += foundWithin * each;
            for (int i = 0; i < SECONDS; i++) {
                bySecond[i] += found[i] * each;
            }
        }
    }
}
