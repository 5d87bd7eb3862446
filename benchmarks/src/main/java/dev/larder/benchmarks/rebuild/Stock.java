package dev.larder.benchmarks.rebuild;

/**
 * One stock figure. Immutable.
 *
 * @param pieces how many there are
 * @param generation which rebuild brought it: what tells an old value from a new one
 */
record Stock(int pieces, int generation) {}
