package dev.larder.redis;

import java.io.File;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a Redis is reached. Immutable.
 *
 * @param tls null for a connection in the clear
 * @param sentinels who we are to sentinels
 * @param near what near tiers are kept right by
 */
record AddressOptions(Duration connectTimeout, @Nullable Tls tls, AddressLogin sentinels, Near near) {
    /** What tells near tiers of changes. */
    enum Near {
        /** The bus: what other processes of Larder changed. */
        STREAM,
        /** The bus, and Redis itself: whatever changed a value there, see {@link Tracking}. */
        TRACKING
    }

    /** How a server's certificate is checked. */
    enum Verify {
        FULL,
        CA,
        NONE
    }

    /**
     * What both sides show each other.
     *
     * @param authorities certificates of those who may vouch for a server, PEM; null for the Java platform's
     * @param identity null where the server wants no certificate of ours
     */
    record Tls(
            Verify verify,
            @Nullable File authorities,
            @Nullable Identity identity) {}

    /**
     * A certificate of ours, with those between it and an authority, and its key; both PEM, the key as PKCS 8 and not
     * encrypted.
     */
    record Identity(File certificate, File key) {}
}
