package dev.larder.server.warm;

/**
 * What is to be copied, and how fast.
 *
 * @param database its number, on both sides
 * @param pattern which keys, as {@code SCAN}'s {@code MATCH} has it; empty for all
 * @param limit when to stop
 * @param perSecond at most
 */
public record Wish(int database, String pattern, Bound limit, Bound perSecond) {}
