package dev.larder.server.snapshot;

/**
 * What a snapshot holds.
 *
 * @param entries how many were written
 * @param leftOut large values that were replaced again and again while they were read, and entries with tags or a stale time
 * @param bytes of the file
 */
public record SaveReport(long entries, long leftOut, long bytes) {}
