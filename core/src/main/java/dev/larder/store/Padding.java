package dev.larder.store;

/**
 * 128 bytes that nobody uses, before the fields of a subclass: what is written often by one thread and what is read often by
 * others must not share a line of the processors' caches, whatever object the collector places before. Two lines of 64,
 * for processors fetch them in pairs; and an int, for the JVM lays a subclass's field into the gap after an object's header
 * if none is there.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // that is what they are for
abstract class Padding {
    private int gap;
    private long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15, p16;
}
