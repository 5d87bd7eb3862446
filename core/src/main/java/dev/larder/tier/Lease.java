package dev.larder.tier;

/**
 * The right to store a value, which an invalidation destroys.
 *
 * @param token what the far tier knows it by
 * @param begun the tag clock's reading when it was given, before the value is read; negative where it was not asked
 */
public record Lease(String token, long begun) {}
