package dev.larder.server.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may make the value of an open {@link Entry}, whether it is stale, and which tags it has. Confined to the entry's
 * thread.
 *
 * <p>A lease is for one client, among all, and for a time. It ends when the key is changed or removed by anybody, there or
 * not: what its holder read may be older than that. It does not end when the value expires or is evicted, which says
 * nothing of what the holder reads.
 */
public final class LeaseAccess {
    private final Entry entry;
    private final Annex annex = new Annex();

    LeaseAccess(Entry entry) {
        this.entry = entry;
    }

    /**
     * How a value is to be kept.
     *
     * @param freshUntil when it becomes stale, in milliseconds since 1970; {@link Entry#NEVER} for never
     * @param expiresAt when it goes, no earlier than that
     * @param tags the tags that it gets
     */
    public record Terms(long freshUntil, long expiresAt, List<Slice> tags) {
        /** The most tags of one entry. */
        public static final int MAX_TAGS = Annex.MAX_TAGS;

        /** Checks how many tags there are. */
        public Terms {
            check(tags.size());
        }
    }

    private static void check(int tags) {
        if (tags > Annex.MAX_TAGS) {
            throw new IllegalArgumentException(
                    "an entry must have at most " + Annex.MAX_TAGS + " tags but had " + tags);
        }
    }

    private Shard shard() {
        return entry.shard();
    }

    private Annex read() {
        return shard().records.annex(entry.place(), annex);
    }

    private int state() {
        return shard().records.hasAnnex(entry.place()) ? read().state : 0;
    }

    // What is known of the value.

    /** Whether somebody said that the value is stale, or its fresh time is over. */
    public boolean isStale() {
        if (!shard().records.hasAnnex(entry.place())) {
            return false;
        }
        Annex found = read();
        return (found.state & Annex.STALE) != 0 || found.freshUntil <= entry.now();
    }

    /** Whether a client of Memcached was told to make the value anew. */
    public boolean isWon() {
        return (state() & Annex.WON) != 0;
    }

    /** Whether there is no value, and the entry stands for one that somebody makes. */
    public boolean isPlaceholder() {
        return (state() & Annex.PLACEHOLDER) != 0;
    }

    /** Whether it has tags or a time when it becomes stale: what a snapshot could not keep. */
    public boolean isBound() {
        return shard().records.hasAnnex(entry.place());
    }

    /** Milliseconds since 1970 when the value becomes stale, {@link Entry#NEVER} for never. */
    public long freshUntil() {
        return shard().records.hasAnnex(entry.place()) ? read().freshUntil : Entry.NEVER;
    }

    // What changes it.

    /** Says that the value is stale: it gets a new version, leases end, and the next one who asks may make it anew. */
    public void markStale() {
        state((state() | Annex.STALE) & ~Annex.WON);
        entry.changed();
    }

    /** A client of Memcached was told to make the value anew. */
    public void markWon() {
        state(state() | Annex.WON);
    }

    /** Says that the value is neither stale nor being made anew. */
    public void forgetState() {
        if (shard().records.hasAnnex(entry.place())) {
            state(0);
        }
    }

    private void state(int state) {
        int slot = entry.present();
        if (shard().records.hasAnnex(entry.place())) {
            shard().records.state(entry.place(), state);
        } else {
            Traits traits = shard().records.traits(entry.place(), entry.traits());
            traits.annex.begin().state = state;
            shard().rewrite(slot, traits);
        }
    }

    /** Sets an empty string for a value that somebody was told to make. */
    public void setPlaceholder(Slice empty, long expiresAt) {
        annex.begin().state = Annex.WON | Annex.PLACEHOLDER;
        entry.set(empty, expiresAt, 0, annex);
    }

    /** Sets a value that is stale at once, and leaves who was told to make it anew. */
    public void setStale(Slice value, long expiresAt, int flags) {
        int won = entry.isPresent() ? state() & Annex.WON : 0;
        annex.begin().state = Annex.STALE | won;
        entry.set(value, expiresAt, flags, annex);
    }

    /**
     * Sets a value with tags and a stale time; whether it did.
     *
     * @param lease the lease that its maker had, or null for a value that is true now. It is not set if a tag was
     *     invalidated since the lease began
     */
    public boolean set(Slice value, Terms terms, @Nullable Lease lease) {
        annex.begin();
        annex.freshUntil = terms.freshUntil();
        annex.reading = lease == null ? entry.store().tags().reading() : lease.reading();
        annex.isThere = terms.freshUntil() != terms.expiresAt() || !terms.tags().isEmpty();
        if (!annex.isThere) {
            annex.clear();
        }
        for (Slice tag : terms.tags()) {
            long hash = entry.store().hashOfTag(tag);
            if (entry.store().tags().wasInvalidated(hash, annex.reading)) {
                return false;
            }
            if (!annex.hasTag(hash)) {
                annex.tags[annex.tagCount++] = hash;
            }
        }
        entry.set(value, terms.expiresAt(), 0, annex);
        return true;
    }

    /**
     * Adds tags to an entry that is there; how many are new. One that was invalidated since the entry got its first tag
     * makes it untrue.
     */
    public int addTags(List<Slice> tags) {
        Traits traits = shard().records.traits(entry.place(), entry.traits());
        Annex changed = traits.annex;
        if (changed.tagCount == 0) {
            if (!changed.isThere) {
                changed.begin();
            }
            changed.reading = entry.store().tags().reading();
        }
        int before = changed.tagCount;
        for (Slice tag : tags) {
            long hash = entry.store().hashOfTag(tag);
            if (!changed.hasTag(hash)) {
                check(changed.tagCount + 1);
                changed.tags[changed.tagCount++] = hash;
            }
        }
        int added = changed.tagCount - before;
        if (added > 0) {
            shard().rewrite(entry.present(), traits);
            entry.untold(); // it may be untrue from now on
        }
        return added;
    }

    // Leases.

    /** Whether somebody has a lease for the key, which need not be there. */
    public boolean isHeld() {
        return shard().leases.has(hashIn(), entry.now());
    }

    private int hashIn() {
        return entry.isPresent() ? shard().slots.hashAt(entry.slot()) : entry.hashIn();
    }

    /** Gives a lease for up to {@link Lease#MAX_MILLIS} milliseconds; another one ends. */
    public Lease begin(long millis) {
        long until = entry.now() + Math.clamp(millis, 1, Lease.MAX_MILLIS);
        return shard().leases
                .begin(hashIn(), entry.keyspace(), entry.store().tags().reading(), until);
    }

    /** Ends the lease of a token, and returns it; null where it ended before. */
    public @Nullable Lease take(long high, long low) {
        return shard().leases.take(hashIn(), high, low, entry.now());
    }

    /** Ends the lease of the key, whosever it is. */
    public void end() {
        if (shard().leases.count() > 0) {
            shard().leases.end(hashIn());
        }
    }
}
