/**
 * What people and monitoring see of commands at work: how often each was called and how long it took, the slow ones, and
 * all of them as they come. It changes nothing. Open {@link Watch} first.
 */
@NullMarked
package dev.larder.server.watch;

import org.jspecify.annotations.NullMarked;
