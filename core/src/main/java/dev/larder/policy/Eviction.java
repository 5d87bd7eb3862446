package dev.larder.policy;

import dev.larder.time.Ticker;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The policies that come with Larder, by the names used in builders, settings and metrics. */
public enum Eviction implements PolicyFactory {
    /** {@link Adaptive}: finds out what suits the load, recency or frequency, and does that; the default. */
    ADAPTIVE("adaptive"),
    /** {@link S3Fifo}: resists scans, keeps what is read often. */
    S3_FIFO("s3-fifo"),
    /** {@link Fifo}: the oldest entry leaves first, read or not. */
    FIFO("fifo"),
    /** None leaves: a newcomer to a full cache is refused. This and those below have Redis's names and meanings. */
    NOEVICTION("noeviction"),
    /** {@link ApproximateLru}: who was not read or written for longest leaves first, nearly. */
    ALLKEYS_LRU("allkeys-lru"),
    /** {@link ApproximateLfu}: who is read least often leaves first, nearly; old reads count less and less. */
    ALLKEYS_LFU("allkeys-lfu"),
    /** {@link RandomChoice}: any entry leaves. */
    ALLKEYS_RANDOM("allkeys-random"),
    /** As {@link #ALLKEYS_LRU}, among entries with a time to live; without one a newcomer is refused. */
    VOLATILE_LRU("volatile-lru"),
    /** As {@link #ALLKEYS_LFU}, among entries with a time to live; without one a newcomer is refused. */
    VOLATILE_LFU("volatile-lfu"),
    /** As {@link #ALLKEYS_RANDOM}, among entries with a time to live; without one a newcomer is refused. */
    VOLATILE_RANDOM("volatile-random"),
    /** {@link NearestExpiry}: of the entries with a time to live who expires soonest; without one a newcomer is refused. */
    VOLATILE_TTL("volatile-ttl");

    private final String spelling;

    Eviction(String spelling) {
        this.spelling = spelling;
    }

    /** The policy used where none is named. */
    public static Eviction standard() {
        return ADAPTIVE;
    }

    /**
     * The policy of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public static Eviction named(String name) {
        return Arrays.stream(values())
                .filter(eviction -> eviction.spelling.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("eviction must be one of "
                        + Arrays.stream(values()).map(Eviction::spelling).collect(Collectors.joining(", "))
                        + " but was '" + name + "'"));
    }

    /** The name as it is written in builders, settings and metrics. */
    public String spelling() {
        return spelling;
    }

    @Override
    public List<Policy> create(int shards, Ticker ticker) {
        IntFunction<Policy> maker = maker(shards, ticker);
        return IntStream.range(0, shards).mapToObj(maker).toList();
    }

    /** Makes one policy after another, by the number of its shard. */
    private IntFunction<Policy> maker(int shards, Ticker ticker) {
        return switch (this) {
            case ADAPTIVE -> {
                Jury jury = new Jury(shards);
                yield shard -> new Adaptive(jury);
            }
            case S3_FIFO -> shard -> new S3Fifo();
            case FIFO -> shard -> new Fifo();
            case NOEVICTION, ALLKEYS_RANDOM, VOLATILE_RANDOM -> shard -> new RandomChoice(candidates(), shard);
            case ALLKEYS_LRU, VOLATILE_LRU -> shard -> new ApproximateLru(candidates(), shard);
            case ALLKEYS_LFU, VOLATILE_LFU -> {
                HitDice dice = new HitDice();
                yield shard -> new ApproximateLfu(candidates(), shard, ticker, dice);
            }
            case VOLATILE_TTL -> shard -> new NearestExpiry(candidates(), shard);
        };
    }

    @Override
    public boolean mayRefuse() {
        return candidates() != Candidates.ALL;
    }

    private Candidates candidates() {
        return switch (this) {
            case ADAPTIVE, S3_FIFO, FIFO, ALLKEYS_LRU, ALLKEYS_LFU, ALLKEYS_RANDOM -> Candidates.ALL;
            case VOLATILE_LRU, VOLATILE_LFU, VOLATILE_RANDOM, VOLATILE_TTL -> Candidates.VOLATILE;
            case NOEVICTION -> Candidates.NONE;
        };
    }
}
