/**
 * Whole processes over a real server that fails: what they saw is recorded, and checked against what is promised.
 *
 * <p>Owns the clients, the trouble they are put into, and the checker. Open {@link dev.larder.coherence.Checker} first.
 */
@NullMarked
package dev.larder.coherence;

import org.jspecify.annotations.NullMarked;
