package dev.larder.server.store;

import dev.larder.policy.Eviction;
import dev.larder.server.memory.PageSource;
import dev.larder.server.memory.Pages;
import dev.larder.time.Ticker;
import java.security.SecureRandom;

/**
 * What a store is made with. Immutable.
 *
 * @param shards a power of two, 1 to 256: so many threads at most work at once
 * @param maxBytes the bound, {@link Pages#UNBOUNDED} for none
 * @param eviction who leaves where there is a bound
 * @param clock the time of day
 * @param ticker the policies' time
 * @param listener hears of keys that leave
 * @param seed the key of all hashes, to be known to nobody
 * @param source where memory comes from
 */
public record StoreConfig(
        int shards,
        long maxBytes,
        Eviction eviction,
        WallClock clock,
        Ticker ticker,
        StoreListener listener,
        Seed seed,
        PageSource source) {

    private static final int MOST_SHARDS = 256;

    /** 128 bits. */
    public record Seed(long low, long high) {
        /** Bits that nobody can guess. */
        public static Seed random() {
            SecureRandom random = new SecureRandom();
            return new Seed(random.nextLong(), random.nextLong());
        }
    }

    /** Checks what it is given. */
    public StoreConfig {
        if (shards < 1 || shards > MOST_SHARDS || Integer.bitCount(shards) != 1) {
            throw new IllegalArgumentException(
                    "shards must be a power of two from 1 to " + MOST_SHARDS + " but was " + shards);
        }
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes must be >= 0 but was " + maxBytes);
        }
    }

    /** Without a bound, with shards for the processors there are. */
    public static StoreConfig standard(WallClock clock) {
        int processors = Runtime.getRuntime().availableProcessors();
        int shards = Math.clamp(Integer.highestOneBit(processors) * 8L, 16, MOST_SHARDS);
        return new StoreConfig(
                shards,
                Pages.UNBOUNDED,
                Eviction.standard(),
                clock,
                Ticker.system(),
                StoreListener.NONE,
                Seed.random(),
                PageSource.SYSTEM);
    }

    /** The same with other shards. */
    public StoreConfig withShards(int count) {
        return new StoreConfig(count, maxBytes, eviction, clock, ticker, listener, seed, source);
    }

    /** The same with another bound and policy. */
    public StoreConfig withBound(long bytes, Eviction policy) {
        return new StoreConfig(shards, bytes, policy, clock, ticker, listener, seed, source);
    }

    /** The same with a listener. */
    public StoreConfig withListener(StoreListener other) {
        return new StoreConfig(shards, maxBytes, eviction, clock, ticker, other, seed, source);
    }

    /** The same with another seed. */
    public StoreConfig withSeed(Seed other) {
        return new StoreConfig(shards, maxBytes, eviction, clock, ticker, listener, other, source);
    }

    /** The same with another ticker for the policies. */
    public StoreConfig withTicker(Ticker other) {
        return new StoreConfig(shards, maxBytes, eviction, clock, other, listener, seed, source);
    }

    /** The same with memory from elsewhere. */
    public StoreConfig withSource(PageSource other) {
        return new StoreConfig(shards, maxBytes, eviction, clock, ticker, listener, seed, other);
    }
}
