package dev.larder.server.acl;

import java.util.List;

/**
 * A command that somebody wants to run, as rules see it. Immutable.
 *
 * @param command its number
 * @param name its name
 * @param firstWord the word behind the command; empty for none
 */
public record Request(int command, String name, String firstWord, List<Key> keys, List<Channel> channels) {
    /** A key that it uses. */
    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    public record Key(byte[] name, boolean reads, boolean writes) {}

    /** A channel, or a pattern of channels, that it uses. */
    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    public record Channel(byte[] name, boolean isPattern) {}
}
