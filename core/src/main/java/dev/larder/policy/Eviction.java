package dev.larder.policy;

import dev.larder.time.Ticker;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The policies that come with Larder, by the names used in builders, settings and metrics. */
public enum Eviction implements PolicyFactory {
    /** {@link S3Fifo}: resists scans, keeps what is read often; the default. */
    S3_FIFO("s3-fifo"),
    /** {@link Fifo}: the oldest entry leaves first, read or not. */
    FIFO("fifo");

    private final String spelling;

    Eviction(String spelling) {
        this.spelling = spelling;
    }

    /** The policy used where none is named. */
    public static Eviction standard() {
        return S3_FIFO;
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
        return Stream.generate(this::create).limit(shards).toList();
    }

    private Policy create() {
        return switch (this) {
            case S3_FIFO -> new S3Fifo();
            case FIFO -> new Fifo();
        };
    }
}
