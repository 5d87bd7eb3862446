package dev.larder.tag;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one cache. To invalidate one is a store, O(1), however many entries have it: they are found to be untrue when
 * they are read.
 *
 * <p><b>The clock</b> counts invalidations. Whoever reads data for an entry reads {@link #now()} first; the entry is
 * untrue if one of its tags was invalidated at a later reading. So a load that was under way when its tag was invalidated
 * stores nothing that is served, though nobody knew its tags before it ended.
 *
 * <p><b>Memory.</b> A tag lives as long as an entry has it, or as it is among the last {@value #RECENT} that were
 * invalidated. What a collected tag knew goes into {@code floor}: a tag that is made anew counts as invalidated then. Only
 * a load can be wronged by that, and made twice, that began more than {@value #RECENT} invalidations ago.
 *
 * <p>Thread-safe. A tag is made, looked up and invalidated under the lock of its bin in the map, so of a load's end and an
 * invalidation one sees the other.
 */
public final class Tags {
    /** More tags of one entry are refused. */
    public static final int MOST_OF_AN_ENTRY = 64;
    /** In characters. */
    public static final int LONGEST_NAME = 256;

    private static final int RECENT = 4096;

    private static final class Ref extends WeakReference<Tag> {
        final String name;
        final TagTimes times;

        Ref(String name, TagTimes times, Tag tag, ReferenceQueue<Tag> collected) {
            super(tag, collected);
            this.name = name;
            this.times = times;
        }
    }

    private final ConcurrentHashMap<String, Ref> refs = new ConcurrentHashMap<>();
    private final ReferenceQueue<Tag> collected = new ReferenceQueue<>();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong floor = new AtomicLong();
    private volatile @Nullable AtomicReferenceArray<Tag> recent;

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
        refs.compute(name, (same, ref) -> aliveOrNew(name, ref, found));
        return found[0];
    }

    /** What has the tag is untrue from now on. */
    public void remove(String name) {
        invalidate(name, TagTimes::remove);
    }

    /** What has the tag is old from {@code nanos} on, a reading of the cache's ticker. */
    public void stale(String name, long nanos) {
        invalidate(name, (times, at) -> times.stale(at, nanos));
    }

    private void invalidate(String name, ObjLongConsumer<TagTimes> change) {
        check(name);
        dropCollected();
        AtomicReferenceArray<Tag> remembered = recent();
        Tag[] found = {null};
        refs.compute(name, (same, ref) -> {
            Ref alive = aliveOrNew(name, ref, found);
            long at = clock.incrementAndGet();
            change.accept(alive.times, at);
            remembered.set((int) (at % RECENT), found[0]);
            return alive;
        });
    }

    /** The reference to a tag that is there, and the tag; in place of one that was collected, another one. */
    private Ref aliveOrNew(String name, @Nullable Ref ref, Tag[] found) {
        Tag tag = ref == null ? null : ref.get();
        if (ref != null && tag != null) {
            found[0] = tag;
            return ref;
        }
        if (ref != null) {
            raiseFloor(ref);
        }
        TagTimes times = new TagTimes(floor.get());
        found[0] = new Tag(name, times);
        return new Ref(name, times, found[0], collected);
    }

    private AtomicReferenceArray<Tag> recent() {
        AtomicReferenceArray<Tag> made = recent;
        if (made == null) {
            synchronized (this) {
                made = recent == null ? new AtomicReferenceArray<>(RECENT) : recent;
                recent = made;
            }
        }
        return made;
    }

    /** How many tags there are. */
    public int size() {
        dropCollected();
        return refs.size();
    }

    private void raiseFloor(Ref gone) {
        floor.accumulateAndGet(gone.times.last(), Math::max);
    }

    private void dropCollected() {
        for (Object gone = collected.poll(); gone != null; gone = collected.poll()) {
            Ref ref = (Ref) gone;
            refs.computeIfPresent(ref.name, (name, current) -> {
                if (current != ref) {
                    return current;
                }
                raiseFloor(ref);
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
        for (int i = 0; i < name.length(); i++) {
            if (Character.isSurrogate(name.charAt(i)) && !Character.isSupplementaryCodePoint(name.codePointAt(i++))) {
                throw new IllegalArgumentException("a tag must be well-formed text but holds half a surrogate pair");
            }
        }
    }
}
