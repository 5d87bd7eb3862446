package dev.larder.tier;

import dev.larder.bus.TagChange;
import dev.larder.codec.Labels;
import dev.larder.failure.TierException;
import dev.larder.stats.Counters;
import dev.larder.time.Ticker;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one cache in its far tier, as its reads and stores need them: asks the tier what this process does not know.
 *
 * <p>A cache whose entries have no tags pays nothing. From the first one that has, each question for an entry is sent
 * together with one for the tag clock; what the entry is worth is then told by what is remembered of its tags, as long as
 * that reaches to the clock's reading, else the tier is asked once more.
 *
 * <p>Thread-safe; calls block within the guard's time-out and throw {@link TierException} where the tier does not answer,
 * but for {@link #change} and {@link #publish}, which keep what it could not be told for {@link #settle}.
 */
final class SharedTags {
    /** The clock was not asked, since no entry of the cache was known to have tags. */
    static final long UNASKED = -1;
    /** What is untrue has been stale for ever. */
    static final long VOID = Long.MIN_VALUE;

    private static final int MOST_AT_ONCE = 1_000;

    /** An answer, and the tag clock's reading at some moment between question and answer. */
    record Timed<T extends @Nullable Object>(long clock, T answer) {}

    private final FarCache cache;
    private final @Nullable FarTags tags;
    private final FarGuard guard;
    private final Counters counters;
    private final Ticker ticker;
    private final KnownTags known = new KnownTags();
    private final Journal journal = new Journal();
    private volatile boolean used;

    SharedTags(FarCache cache, FarGuard guard, Counters counters, Ticker ticker) {
        this.cache = cache;
        this.tags = cache.tags();
        this.guard = guard;
        this.counters = counters;
        this.ticker = ticker;
    }

    /** Whether the tier keeps tags. */
    boolean areKept() {
        return tags != null;
    }

    /** From now on entries may have tags. */
    void use() {
        used = true;
    }

    /** Calls the tier, and asks it for the clock at the same time if that may be needed. */
    <T extends @Nullable Object> Timed<T> timed(Supplier<CompletionStage<T>> call) {
        FarTags asked = tags;
        if (asked == null || !used) {
            return new Timed<>(UNASKED, guard.call(counters, call));
        }
        return guard.call(counters, () -> {
            CompletionStage<Long> clock = asked.now();
            return call.get().thenCombine(clock, (answer, reading) -> new Timed<>(reading, answer));
        });
    }

    /** The clock's reading, for what is to be read from the origin now; {@link #UNASKED} where nobody needs it. */
    long now() {
        FarTags asked = tags;
        return asked == null || !used ? UNASKED : guard.call(counters, asked::now);
    }

    /**
     * Makes sure that what {@link #staleSince} will tell of {@code labels} holds at {@code clock}; gives that reading, or
     * the one to judge by where the clock was not asked.
     */
    long prepare(Collection<Labels> labels, long clock) {
        FarTags asked = tags;
        if (labels.isEmpty() || asked == null) {
            return clock;
        }
        Set<String> names = new LinkedHashSet<>();
        labels.forEach(each -> names.addAll(each.tags()));
        if (clock != UNASKED) {
            learn(asked, known.uncertain(names, clock));
            return clock;
        }
        use();
        return learn(asked, List.copyOf(names));
    }

    /** The tier has a record of each of these tags from now on, so that entries that have them can be of use. */
    void register(Collection<String> names) {
        FarTags asked = tags;
        if (asked != null) {
            learn(asked, known.unknown(names));
        }
    }

    /** Asks the tier for {@code names}; gives the first reading of the clock. */
    private long learn(FarTags asked, List<String> names) {
        long first = UNASKED;
        for (int from = 0; from < names.size(); from += MOST_AT_ONCE) {
            List<String> part = names.subList(from, Math.min(names.size(), from + MOST_AT_ONCE));
            long askedNanos = ticker.nanos();
            TagReading reading = guard.call(counters, () -> asked.read(part));
            known.learnt(reading, askedNanos);
            first = from == 0 ? reading.clock() : first;
        }
        return first;
    }

    /**
     * Since when an entry with {@code labels} has been old, on this process's ticker: {@link #VOID} where it is untrue,
     * {@link Ticker#NEVER} where it is neither. No call to the tier.
     */
    long staleSince(@Nullable Labels labels, long clock) {
        if (labels == null) {
            return Ticker.NEVER;
        }
        boolean isOfThisEpoch = TagReading.isSameEpoch(labels.begun(), clock) && labels.begun() <= clock;
        if (tags == null || !isOfThisEpoch || isPending(labels)) {
            return VOID;
        }
        return known.staleSince(labels.tags(), labels.begun());
    }

    private boolean isPending(Labels labels) {
        return !journal.isEmpty() && labels.tags().stream().anyMatch(journal::holds);
    }

    /** Invalidates a tag in the tier, now or as soon as it is back; null where it was not now. */
    @Nullable TagChange change(String tag, TagChange.Kind kind) {
        try {
            return changeNow(tag, kind);
        } catch (TierException e) { // it is not known whether the tier heard: telling it twice is harmless
            journal.add(List.of(tag));
            return null;
        }
    }

    private TagChange changeNow(String tag, TagChange.Kind kind) {
        FarTags asked = Objects.requireNonNull(tags);
        TagChange change = new TagChange(tag, kind, guard.call(counters, () -> asked.change(tag, kind)));
        heard(change);
        return change;
    }

    /** Tells the other processes, now or as soon as the tier is back. */
    void publish(TagChange change) {
        FarTags asked = Objects.requireNonNull(tags);
        try {
            guard.call(counters, () -> asked.publish(change));
        } catch (TierException e) { // as in change
            journal.add(List.of(change.tag()));
        }
    }

    /** A change that was made, here or elsewhere. */
    void heard(TagChange change) {
        known.heard(change, ticker.nanos());
    }

    /** Changes may have been missed. */
    void gap() {
        known.gap();
    }

    boolean isUnsettled() {
        return !journal.isEmpty();
    }

    /** Sends what the tier has missed, of each tag that it was removed; throws {@link TierException} if it still cannot. */
    void settle() {
        if (journal.isEmpty()) {
            return; // a tier without tags has nothing to be told
        }
        FarTags asked = Objects.requireNonNull(tags);
        if (!guard.isAvailable()) {
            guard.insist(counters, asked::now); // then it is there for what follows
        }
        while (!journal.isEmpty()) {
            Journal.Batch batch = journal.next(MOST_AT_ONCE);
            if (batch.all()) {
                guard.call(counters, cache::clear);
                guard.call(counters, cache::publishCleared);
            }
            for (String tag : batch.keys()) {
                TagChange change = changeNow(tag, TagChange.Kind.REMOVED);
                guard.call(counters, () -> asked.publish(change));
            }
            journal.done(batch);
        }
    }
}
