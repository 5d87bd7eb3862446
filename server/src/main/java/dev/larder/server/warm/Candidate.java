package dev.larder.server.warm;

/**
 * A key that may be copied.
 *
 * @param heat the greater the hotter; comparable among keys of one source
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Candidate(byte[] key, long heat) {}
