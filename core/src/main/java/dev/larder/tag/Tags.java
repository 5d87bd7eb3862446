package dev.larder.tag;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one cache. To invalidate one is a store, O(1), however many entries have it: they are found to be untrue when
 * they are read.
 *
 * <p><b>The clock</b> counts invalidations. Whoever reads data for an entry reads {@link #now()} first; the entry is
 * untrue if one of its tags was invalidated at a later reading. So a load that was under way when its tag was invalidated
 * stores nothing that is served, though nobody knew its tags before it ended.
 *
 * <p><b>Memory.</b> A tag lives as long as an entry has it. One that nobody has need not be kept when it is invalidated: it
 * is enough to raise {@code floor}, since which every tag that is made anew counts as invalidated. Only loads under way have
 * begun before that, so the worst is one load more. The same is done when a tag has been collected, with what it knew.
 *
 * <p>Thread-safe. A tag is made, looked up and invalidated under the lock of its bin in the map, so of a load's end and an
 * invalidation one sees the other.
 */
public final class Tags {
    /** More tags of one entry are refused. */
    public static final int MOST_OF_AN_ENTRY = 64;
    /** In characters. */
    public static final int LONGEST_NAME = 256;

    private static final class Ref extends WeakReference<Tag> {
        final String name;

        Ref(Tag tag, ReferenceQueue<Tag> collected) {
            super(tag, collected);
            this.name = tag.name();
        }
    }

    private final ConcurrentHashMap<String, Ref> refs = new ConcurrentHashMap<>();
    private final ReferenceQueue<Tag> collected = new ReferenceQueue<>();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong floor = new AtomicLong();

    /** A reading of the clock, to be taken before data is read. */
    public long now() {
        return clock.get();
    }

    /** The tags of these names, without doubles. */
    public Tag[] of(Collection<String> names) {
        dropCollected();
        Tag[] tags = names.stream().distinct().map(this::tag).toArray(Tag[]::new);
        if (tags.length > MOST_OF_AN_ENTRY) {
            throw new IllegalArgumentException(
                    "an entry may have " + MOST_OF_AN_ENTRY + " tags but was given " + tags.length);
        }
        return tags;
    }

    private Tag tag(String name) {
        check(name);
        Tag[] found = {null};
        refs.compute(name, (same, ref) -> {
            Tag tag = alive(ref);
            found[0] = tag != null ? tag : new Tag(name, floor.get());
            return tag != null ? ref : new Ref(found[0], collected);
        });
        return found[0];
    }

    /** What has the tag is untrue from now on. */
    public void remove(String name) {
        check(name);
        refs.compute(name, (same, ref) -> {
            Tag tag = alive(ref);
            long at = clock.incrementAndGet();
            if (tag == null) {
                raiseFloor(at);
                return null;
            }
            tag.remove(at);
            return ref;
        });
    }

    /** What has the tag is old from {@code nanos} on, a reading of the cache's ticker. */
    public void stale(String name, long nanos) {
        check(name);
        refs.compute(name, (same, ref) -> {
            Tag tag = alive(ref);
            long at = clock.incrementAndGet();
            if (tag == null) {
                raiseFloor(at);
                return null;
            }
            tag.stale(at, nanos);
            return ref;
        });
    }

    /** How many tags there are. */
    public int size() {
        dropCollected();
        return refs.size();
    }

    /** The tag if it is there still; where it was collected, its past goes into the floor. */
    private @Nullable Tag alive(@Nullable Ref ref) {
        Tag tag = ref == null ? null : ref.get();
        if (ref != null && tag == null) {
            raiseFloor(clock.get());
        }
        return tag;
    }

    private void raiseFloor(long at) {
        floor.accumulateAndGet(at, Math::max);
    }

    private void dropCollected() {
        for (Object ref = collected.poll(); ref != null; ref = collected.poll()) {
            Ref gone = (Ref) ref;
            refs.computeIfPresent(gone.name, (name, current) -> {
                if (current != gone) {
                    return current;
                }
                raiseFloor(clock.get());
                return null;
            });
        }
    }

    private static void check(String name) {
        Objects.requireNonNull(name, "tag");
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "a tag must have 1 to " + LONGEST_NAME + " characters but has " + name.length());
        }
    }
}
