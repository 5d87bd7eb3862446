package dev.larder.tier;

import dev.larder.bus.TagChange;
import dev.larder.tier.TagReading.Moments;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one process remembers of the tags of one cache in the far tier, and whether it is up to date.
 *
 * <p>What was read of a tag is true as of the clock's reading that came with it. The bus tells of later changes, each with
 * its own reading; so while none is missing between two readings, what is remembered stays true. A change that is missing,
 * or a gap, costs no more than one more question to the tier: nothing here is trusted beyond the readings that are known to
 * be covered. Holds {@value #MOST} tags at most and then begins anew.
 *
 * <p>Thread-safe: guarded by itself; nothing is called while it is held.
 */
final class KnownTags {
    static final int MOST = 65_536;
    private static final int MOST_AHEAD = 1_024;
    private static final long NONE = -1;

    /** A tag; {@code follows} says that no change of it later than {@code asOf} was heard before it was noted. */
    private record Known(long removedAt, long staleAt, long staleSinceNanos, long asOf, boolean follows) {}

    private final Map<String, Known> tags = new HashMap<>();
    /** Every change after {@code since}, up to {@code upTo}, was heard; {@link #NONE} where none was. */
    private long since = NONE;

    private long upTo = NONE;
    /** Changes heard beyond {@code upTo}, since the bus keeps an order that need not be the clock's. */
    private final Set<Long> ahead = new HashSet<>();

    /** The latest change heard. */
    private long latest = NONE;

    /** What was heard of a change: from the bus, or as the answer to this process's own. */
    synchronized void heard(TagChange change, long nowNanos) {
        tags.computeIfPresent(change.tag(), (tag, known) -> changed(known, change, nowNanos));
        long at = change.at();
        boolean continues = upTo != NONE && TagReading.isSameEpoch(upTo, at);
        if (!continues || ahead.size() >= MOST_AHEAD) {
            begin(at);
        } else if (at > upTo) {
            ahead.add(at);
            latest = Math.max(latest, at);
            while (ahead.remove(upTo + 1)) {
                upTo++;
            }
        }
    }

    private void begin(long at) {
        ahead.clear();
        since = at - 1;
        upTo = at;
        latest = at;
    }

    private static Known changed(Known known, TagChange change, long nowNanos) {
        boolean isRemoval = change.kind() == TagChange.Kind.REMOVED;
        long last = isRemoval ? known.removedAt() : known.staleAt();
        if (TagReading.isSameEpoch(change.at(), last) && change.at() <= last) {
            return known;
        }
        return isRemoval
                ? new Known(change.at(), known.staleAt(), known.staleSinceNanos(), known.asOf(), known.follows())
                : new Known(known.removedAt(), change.at(), nowNanos, known.asOf(), known.follows());
    }

    /** Changes may have been missed. */
    synchronized void gap() {
        ahead.clear();
        since = NONE;
        upTo = NONE;
        latest = NONE;
    }

    /** What the tier answered to a question that was asked at {@code askedNanos}. */
    synchronized void learnt(TagReading reading, long askedNanos) {
        if (tags.size() + reading.tags().size() > MOST) {
            tags.clear();
        }
        boolean follows = latest == NONE || latest <= reading.clock();
        reading.tags()
                .forEach((tag, moments) ->
                        tags.merge(tag, known(moments, askedNanos, reading.clock(), follows), KnownTags::together));
    }

    private static Known known(Moments moments, long askedNanos, long clock, boolean follows) {
        long staleSince = askedNanos - Math.max(0, moments.staleForMillis()) * 1_000_000;
        return new Known(moments.removedAt(), moments.staleAt(), staleSince, clock, follows);
    }

    /**
     * What is known by both. An answer may come after a change that it does not know of: who has looked whether what is known
     * reaches far enough, and looks at it again, must not find less.
     */
    private static Known together(Known before, Known learnt) {
        if (!TagReading.isSameEpoch(before.asOf(), learnt.asOf())) {
            return learnt;
        }
        Known stale = before.staleAt() > learnt.staleAt() ? before : learnt;
        return new Known(
                Math.max(before.removedAt(), learnt.removedAt()),
                stale.staleAt(),
                stale.staleSinceNanos(),
                Math.max(before.asOf(), learnt.asOf()),
                before.follows() || learnt.follows());
    }

    /** Those of {@code names} that nothing is known of at all. */
    synchronized List<String> unknown(Collection<String> names) {
        return names.stream().filter(name -> !tags.containsKey(name)).distinct().toList();
    }

    /** Those of {@code names} of which it is not known when they were last invalidated before {@code clock}. */
    synchronized List<String> uncertain(Collection<String> names, long clock) {
        return names.stream()
                .filter(name -> !isCertain(tags.get(name), clock))
                .distinct()
                .toList();
    }

    private boolean isCertain(@Nullable Known known, long clock) {
        if (known == null || !TagReading.isSameEpoch(known.asOf(), clock)) {
            return false;
        }
        boolean isCovered = upTo != NONE && TagReading.isSameEpoch(clock, upTo) && clock <= upTo;
        return known.asOf() >= clock || (isCovered && known.follows() && known.asOf() >= since);
    }

    /**
     * Since when what was read at {@code begun} has been old, as far as these tags are known: {@link Long#MIN_VALUE} where
     * it is untrue, {@link Long#MAX_VALUE} where it is neither.
     */
    synchronized long staleSince(Collection<String> names, long begun) {
        long staleSince = Long.MAX_VALUE;
        for (String name : names) {
            Known known = tags.get(name);
            if (known == null || !TagReading.isSameEpoch(known.removedAt(), begun) || known.removedAt() > begun) {
                return Long.MIN_VALUE;
            }
            if (TagReading.isSameEpoch(known.staleAt(), begun) && known.staleAt() > begun) {
                staleSince = Math.min(staleSince, known.staleSinceNanos());
            }
        }
        return staleSince;
    }
}
