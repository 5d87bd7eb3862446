package dev.larder.tier;

/**
 * An entry as a far tier keeps it.
 *
 * @param bytes a sealed {@link dev.larder.codec.Envelope}
 * @param leftMillis how long the tier will still keep it, at most; -1 for no limit
 */
@SuppressWarnings("ArrayRecordComponent") // carried from the wire to the envelope, compared by nobody
public record FarValue(byte[] bytes, long leftMillis) {}
