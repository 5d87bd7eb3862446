package dev.larder.load;

import org.jspecify.annotations.Nullable;

/**
 * What an entry of the near tier must have behind it to be served. Immutable but for what is heard.
 *
 * @param maxSilenceNanos how old the bus's last proof may be
 * @param servesUnproven whether an entry is served although the last proof is older
 * @param awaited what must have been heard in any case; null for nothing
 */
public record Trust(
        long maxSilenceNanos,
        boolean servesUnproven,
        @Nullable Awaited awaited) {}
