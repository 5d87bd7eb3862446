package dev.larder.redis;

import dev.larder.bus.TagChange;
import dev.larder.tier.FarTags;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one cache in Redis. Thread-safe.
 *
 * <p>The clock is one key, each tag's record another, all in one slot. Redis may lose any of them
 * without a word, when memory is short. So a list beside the clock names the last {@value #LOG} tags that were changed:
 * what it does not name was not changed since as many changes as it is long, and that is what a missing record is taken
 * for; a list that is lost too is no longer than the changes since.
 */
final class RedisTags implements FarTags {
    private static final int LOG = 512;
    /** No entry lives longer than 30 days in a far tier; a record that is gone costs a load, never an untrue value. */
    private static final long RECORD_MILLIS = TimeUnit.DAYS.toMillis(31);

    private static final int COUNT_DIGITS = TagReading.COUNT_BITS / 4;

    private final String tier;
    private final Partition partition;
    private final Keyspace keys;
    private final Outbox outbox;

    /** {@code partition} is the part of the cache whose server keeps the tags of all. */
    RedisTags(String tier, Partition partition, Outbox outbox) {
        this.tier = tier;
        this.partition = partition;
        this.keys = partition.keys();
        this.outbox = outbox;
    }

    @Override
    public CompletionStage<Long> now() {
        return run(session -> session.text(Script.TAG_CLOCK, keys.tagClock(), hex(Tokens.clock()))
                .thenApply(HexFormat::fromHexDigitsToLong));
    }

    @Override
    public CompletionStage<TagReading> read(Collection<String> tags) {
        List<String> names = tags.stream().distinct().toList();
        List<String> touched = new ArrayList<>(keys.tagClock());
        List<Object> arguments = new ArrayList<>(List.of(hex(Tokens.clock()), RECORD_MILLIS));
        for (String name : names) {
            String escaped = Keyspace.escape(name);
            touched.add(keys.tag(escaped));
            arguments.add(escaped);
        }
        return run(session ->
                session.list(Script.TAG_READ, touched, arguments.toArray()).thenApply(reply -> reading(names, reply)));
    }

    private TagReading reading(List<String> names, List<@Nullable Object> reply) {
        long clock = HexFormat.fromHexDigitsToLong(text(reply.get(0)));
        long nowMillis = Long.parseLong(text(reply.get(1)));
        Map<String, Moments> found = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String record = text(reply.get(i + 2));
            long epoch = clock >>> TagReading.COUNT_BITS << TagReading.COUNT_BITS;
            long stale = number(record, 2);
            long staleForMillis =
                    stale == 0 ? 0 : Math.max(0, nowMillis - HexFormat.fromHexDigitsToLong(record, 24, 40));
            found.put(
                    names.get(i),
                    new Moments(epoch | number(record, 1), stale == 0 ? 0 : epoch | stale, staleForMillis));
        }
        return new TagReading(clock, found);
    }

    /** The count at {@code place} in a record. */
    private static long number(String record, int place) {
        return HexFormat.fromHexDigitsToLong(record, place * COUNT_DIGITS, (place + 1) * COUNT_DIGITS);
    }

    @Override
    public CompletionStage<Long> change(String tag, TagChange.Kind kind) {
        String escaped = Keyspace.escape(tag);
        List<String> touched = new ArrayList<>(keys.tagClock());
        touched.add(keys.tag(escaped));
        return run(session -> session.text(
                        Script.TAG_CHANGE, touched, hex(Tokens.clock()), RECORD_MILLIS, escaped, kind.name(), LOG)
                .thenApply(at -> partition.tagChanged(session, HexFormat.fromHexDigitsToLong(at))));
    }

    @Override
    public CompletionStage<Void> publish(TagChange change) {
        return Trouble.translated(tier, outbox.changed(change));
    }

    private <T> CompletionStage<T> run(Function<Session, CompletionStage<T>> step) {
        return Trouble.translated(tier, partition.call(step));
    }

    static String hex(long reading) {
        return HexFormat.of().toHexDigits(reading);
    }

    private static String text(@Nullable Object reply) {
        return new String((byte[]) Objects.requireNonNull(reply), StandardCharsets.US_ASCII);
    }
}
