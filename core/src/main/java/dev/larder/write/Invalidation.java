package dev.larder.write;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.event.RemovalCause;
import dev.larder.load.CacheContext;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import dev.larder.tier.FarEntries;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Makes values untrue in every tier, in the one order that is safe: near tier, far tier, near tier again,
 * bus. The second removal is needed: between the first two steps a reader of this process may have fetched the old value
 * from the far tier.
 *
 * <p>Also what the bus brings from other processes. Thread-safe. Never fails for a broken far tier: what it could not be
 * told is told later.
 */
public final class Invalidation<K, V> implements BusListener {
    private static final long SETTLE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CacheContext<K, V> context;
    private final LocalWrites<K> writes;
    private final AtomicBoolean settling = new AtomicBoolean();

    public Invalidation(CacheContext<K, V> context, LocalWrites<K> writes) {
        this.context = context;
        this.writes = writes;
    }

    /** The values of {@code keys} are untrue. */
    public void remove(Collection<K> keys) {
        context.counters().add(Count.REMOVALS, keys.size());
        keys.forEach(this::removeNear);
        FarEntries<K, V> far = context.far();
        if (far == null) {
            return;
        }
        far.invalidate(keys);
        keys.forEach(this::removeNear);
        publish(far, keys);
    }

    /** The far tier's half of {@link #remove}, for a key just changed in the near tier. */
    void removeFar(K key) {
        FarEntries<K, V> far = context.far();
        if (far != null) {
            far.invalidate(List.of(key));
            removeNear(key);
            publish(far, List.of(key));
        }
    }

    void publish(FarEntries<K, V> far, Collection<K> keys) {
        far.publishInvalidated(keys);
        settleLater(far);
    }

    /** Removes {@code key} from the near tier: no load or write begun before can store its value there. */
    void removeNear(K key) {
        context.near()
                .change(
                        key,
                        current -> {
                            writes.forget(key);
                            return null;
                        },
                        RemovalCause.REMOVED);
    }

    /** As {@link #removeNear}, for the write that has begun. */
    void removeNearForWrite(K key) {
        context.near().change(key, current -> null, RemovalCause.REMOVED);
    }

    /** The value of {@code key} is old: the next read renews it. The order of steps is that of {@link #remove}. */
    public void expire(K key) {
        expireNear(key);
        FarEntries<K, V> far = context.far();
        if (far != null) {
            far.expire(key, context.rules().staleWindow());
            expireNear(key);
            publish(far, List.of(key));
        }
    }

    private void expireNear(K key) {
        long now = context.ticker().nanos();
        boolean keepsStale = context.rules().staleWindow() > 0;
        context.near()
                .adjust(
                        key,
                        current -> current == null || !keepsStale ? null : aged(current, now),
                        RemovalCause.EXPIRED);
    }

    /** A new node in any case, so that a load begun before cannot store what may be old as fresh. */
    private Node<K, V> aged(Node<K, V> node, long now) {
        long freshUntil = Math.min(now, node.freshUntilNanos());
        return node.retimed(node.bornNanos(), freshUntil, context.rules().keepUntil(freshUntil));
    }

    /** What has the tag is untrue. The entries leave when they are read or their time has passed. */
    public void removeTag(String tag) {
        checkTagsAreKept();
        context.counters().add(Count.TAG_REMOVALS);
        changeTag(tag, TagChange.Kind.REMOVED);
    }

    /** What has the tag is old: the next read renews it. */
    public void staleTag(String tag) {
        checkTagsAreKept();
        changeTag(tag, TagChange.Kind.STALE);
    }

    /** The order of steps is that of {@link #remove}, for the same reason. */
    private void changeTag(String tag, TagChange.Kind kind) {
        changeNear(tag, kind);
        FarEntries<K, V> far = context.far();
        if (far == null) {
            return;
        }
        TagChange change = far.changeTag(tag, kind);
        changeNear(tag, kind);
        if (change != null) {
            far.publish(change);
        }
        settleLater(far);
    }

    private void changeNear(String tag, TagChange.Kind kind) {
        switch (kind) {
            case REMOVED -> context.tagging().tags().remove(tag);
            case STALE -> context.tagging().tags().stale(tag, context.ticker().nanos());
        }
    }

    private void checkTagsAreKept() {
        if (!context.keepsTags()) {
            throw new UnsupportedOperationException("the shared tier of the cache '" + context.name()
                    + "' keeps no tags. Remove its keys, or take another tier.");
        }
    }

    /** Removes everything. */
    public void clear() {
        context.failures().clear();
        clearNear();
        FarEntries<K, V> far = context.far();
        if (far == null) {
            return;
        }
        far.clear();
        clearNear();
        far.publishCleared();
        settleLater(far);
    }

    private void clearNear() {
        writes.forgetAll();
        context.near().clear();
    }

    @Override
    public void invalidated(Collection<String> texts) {
        FarEntries<K, V> far = context.far();
        if (far == null) {
            return;
        }
        for (String text : texts) {
            K key = decoded(far, text);
            if (key == null) {
                gap();
                return;
            }
            context.counters().add(Count.BUS_REMOVALS);
            removeNear(key);
        }
    }

    private @Nullable K decoded(FarEntries<K, V> far, String text) {
        try {
            return far.key(text);
        } catch (RuntimeException e) { // another version's key: what it meant cannot be known, so nothing is trusted
            return null;
        }
    }

    @Override
    public void cleared() {
        clearNear();
    }

    @Override
    public void tagChanged(TagChange change) {
        FarEntries<K, V> far = context.far();
        if (far != null) {
            far.heard(change);
            context.counters().add(Count.BUS_REMOVALS);
            changeNear(change.tag(), change.kind());
        }
    }

    @Override
    public void gap() {
        context.counters().add(Count.BUS_GAPS);
        FarEntries<K, V> far = context.far();
        if (far != null) {
            far.gap();
        }
        clearNear();
    }

    /** The far tier is back: sends what it has missed. */
    public void settleSoon() {
        FarEntries<K, V> far = context.far();
        if (far != null && far.isUnsettled() && settling.compareAndSet(false, true)) {
            scheduleSettling(far, 0);
        }
    }

    /** Sends what the far tier has missed, again and again until it has heard all; does nothing if that is under way. */
    void settleLater(FarEntries<K, V> far) {
        if (far.isUnsettled() && settling.compareAndSet(false, true)) {
            scheduleSettling(far, SETTLE_PAUSE_NANOS);
        }
    }

    private void scheduleSettling(FarEntries<K, V> far, long delay) {
        boolean scheduled = false;
        try {
            context.scheduler().schedule(() -> settleInBackground(far), delay);
            scheduled = true;
        } catch (IllegalStateException closed) {
            return;
        } finally {
            if (!scheduled) {
                settling.set(false);
            }
        }
    }

    private void settleInBackground(FarEntries<K, V> far) {
        try {
            context.executor().execute(() -> settle(far));
        } catch (RuntimeException | Error e) { // no thread now; later perhaps
            scheduleSettling(far, SETTLE_PAUSE_NANOS);
        }
    }

    private void settle(FarEntries<K, V> far) {
        boolean settled = false;
        try {
            settled = far.settle();
        } finally { // whatever it threw, it is tried again
            if (!settled) {
                scheduleSettling(far, SETTLE_PAUSE_NANOS);
            }
        }
        if (settled) {
            settling.set(false);
            settleLater(far); // one may have been added since
        }
    }
}
