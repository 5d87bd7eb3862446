package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.MetaFlags;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Request;
import dev.larder.protocol.memcached.Request.Verb;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The meta commands this tier uses, as requests. Pure but for random CAS numbers.
 *
 * <p>Three flags are never sent: {@code I} (on a store it lets an older value replace a newer one), {@code R} and a read of
 * an item that {@code I} made stale (both hand the right to load to whoever reads, and nobody gets it a second time). So
 * {@code mg} without {@code N} changes nothing here.
 *
 * <p>A server that restarted may give out a CAS number once more. Where servers let clients choose it ({@code E}), it is
 * random; where they do not, a number is used only on the connection it came by.
 */
final class Items {
    private static final MetaFlags VALUE_AND_LIFE = MetaFlags.of("v t f");
    private static final MetaFlags VALUE_CAS_AND_LIFE = MetaFlags.of("v c t f");
    private static final MetaFlags CAS = MetaFlags.of("c");
    private static final MetaFlags CAS_IF_ABSENT = MetaFlags.of("ME c");

    private static final MetaFlags APPEND = MetaFlags.of("MA");
    private static final MetaFlags SIZE = MetaFlags.of("s");

    private Items() {}

    /** Value and seconds left. */
    static Request read(Key key) {
        return new Request.Meta(Verb.GET, key, VALUE_AND_LIFE);
    }

    /** Value, CAS number and seconds left. */
    static Request readCas(Key key) {
        return new Request.Meta(Verb.GET, key, VALUE_CAS_AND_LIFE);
    }

    /** As {@link #readCas}; where there is nothing, an empty item is made, to have a CAS number. */
    static Request readOrMake(Session session, Key key, int lifeSeconds) {
        return new Request.Meta(Verb.GET, key, named(session, VALUE_CAS_AND_LIFE.plus('N', lifeSeconds)));
    }

    /** Stores, whatever is there. */
    static Request.Meta store(Session session, Key key, byte[] value, int lifeSeconds) {
        return new Request.Meta(Verb.SET, key, named(session, CAS.plus('T', lifeSeconds)), value);
    }

    /** Stores where there is nothing. */
    static Request.Meta storeIfAbsent(Session session, Key key, byte[] value, int lifeSeconds) {
        return new Request.Meta(Verb.SET, key, named(session, CAS_IF_ABSENT.plus('T', lifeSeconds)), value);
    }

    /** Stores where the item still has the CAS number {@code cas}. */
    static Request.Meta storeIfSame(Session session, Key key, byte[] value, int lifeSeconds, long cas) {
        MetaFlags flags = CAS.plus('C', cas).plus('T', lifeSeconds);
        return new Request.Meta(Verb.SET, key, named(session, flags), value);
    }

    /** {@code store} with a stamp, see {@link Rings}. */
    static Request stamped(Request.Meta store, int stamp) {
        MetaFlags flags = store.flags().plus('F', Integer.toUnsignedLong(stamp));
        return new Request.Meta(store.verb(), store.key(), flags, Objects.requireNonNull(store.value()));
    }

    static Request remove(Key key) {
        return new Request.Meta(Verb.DELETE, key, MetaFlags.NONE);
    }

    /** Removes the item if it still has the CAS number {@code cas}. */
    static Request removeIfSame(Key key, long cas) {
        return new Request.Meta(Verb.DELETE, key, MetaFlags.NONE.plus('C', cas));
    }

    /** Adds {@code delta} to the number there; where there is none, puts {@code first}. */
    static Request count(Key key, long delta, long first) {
        MetaFlags flags = MetaFlags.of("v N0").plus('J', first).plus('D', delta);
        return new Request.Meta(Verb.ARITHMETIC, key, flags);
    }

    /** Adds {@code delta} to the number there; does nothing where there is none. */
    static Request countIfThere(Key key, long delta) {
        return new Request.Meta(Verb.ARITHMETIC, key, VALUE_AND_LIFE.plus('D', delta));
    }

    /** Puts {@code bytes} behind what is there; does nothing where there is nothing. Keeps the item's life. */
    static Request append(Key key, byte[] bytes) {
        return new Request.Meta(Verb.SET, key, APPEND, bytes);
    }

    /** Looks whether it is there, so that it counts as used. */
    static Request touch(Key key) {
        return new Request.Meta(Verb.GET, key, SIZE);
    }

    /** The number in the reply to one of the counting commands. */
    static long number(Reply.Meta reply) {
        byte[] digits = reply.value();
        try {
            return Long.parseLong(new String(digits == null ? new byte[0] : digits, StandardCharsets.US_ASCII).strip());
        } catch (NumberFormatException e) {
            throw new TierException("an item in Memcached that should hold a number holds none", e);
        }
    }

    /** Whether {@link #number} gives one that is not negative. */
    static boolean holdsNumber(Reply.Meta reply) {
        try {
            return number(reply) >= 0;
        } catch (TierException e) { // it says so
            return false;
        }
    }

    private static MetaFlags named(Session session, MetaFlags flags) {
        return session.namesCas() ? flags.plus('E', ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE)) : flags;
    }
}
