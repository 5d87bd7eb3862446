package dev.larder.tag;

/**
 * When the reading of a value began: before its loader was called, or its writer.
 *
 * @param clock a reading of {@link Tags#now()}
 * @param nanos a reading of the cache's ticker
 */
public record Begin(long clock, long nanos) {}
