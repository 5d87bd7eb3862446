package dev.larder.server.event;

import dev.larder.server.config.EventFlags;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What can become of a key, with Redis's names, and the class by which {@code notify-keyspace-events} chooses it. */
@SuppressWarnings("ImmutableEnumChecker") // nobody changes the bytes
public enum Event {
    // Any key.
    COPY_TO('g'),
    DEL('g'),
    EXPIRE('g'),
    MOVE_FROM('g'),
    MOVE_TO('g'),
    PERSIST('g'),
    RENAME_FROM('g'),
    RENAME_TO('g'),
    RESTORE('g'),
    // Strings.
    APPEND('$'),
    INCRBY('$'),
    INCRBYFLOAT('$'),
    PFADD('$'),
    SET('$'),
    SETBIT('$'),
    SETRANGE('$'),
    // Lists.
    LINSERT('l'),
    LPOP('l'),
    LPUSH('l'),
    LREM('l'),
    LSET('l'),
    LTRIM('l'),
    RPOP('l'),
    RPUSH('l'),
    SORTSTORE('l'),
    // Sets.
    SADD('s'),
    SDIFFSTORE('s'),
    SINTERSTORE('s'),
    SPOP('s'),
    SREM('s'),
    SUNIONSTORE('s'),
    // Hashes.
    HDEL('h'),
    HEXPIRE('h'),
    HEXPIRED('h'),
    HINCRBY('h'),
    HINCRBYFLOAT('h'),
    HPERSIST('h'),
    HSET('h'),
    // Sorted sets.
    GEORADIUSSTORE('z'),
    GEOSEARCHSTORE('z'),
    ZADD('z'),
    ZDIFFSTORE('z'),
    ZINCR('z'),
    ZINTERSTORE('z'),
    ZPOPMAX('z'),
    ZPOPMIN('z'),
    ZRANGESTORE('z'),
    ZREM('z'),
    ZREMRANGEBYLEX('z'),
    ZREMRANGEBYRANK('z'),
    ZREMRANGEBYSCORE('z'),
    ZUNIONSTORE('z'),
    // Streams.
    XADD('t'),
    XDEL('t'),
    XSETID('t'),
    XTRIM('t'),
    // What leaves by itself.
    EVICTED('e'),
    EXPIRED('x'),
    // What is no change of its own.
    KEYMISS('m'),
    NEW('n');

    private final int bit;
    private final byte[] text;

    Event(char letter) {
        this.bit = EventFlags.bit(letter);
        this.text = name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }

    /** The class's bit among {@link EventFlags}. */
    int bit() {
        return bit;
    }

    /** Whether the key's value is another one now. */
    boolean isChange() {
        return this != KEYMISS && this != NEW;
    }

    /** The bits of those who want to hear of it. */
    int wanting() {
        return isChange() ? bit | Notices.CHANGES : bit;
    }

    /** The name; not to be changed. */
    byte[] text() {
        return text;
    }
}
