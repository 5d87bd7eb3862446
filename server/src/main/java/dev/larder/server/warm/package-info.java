/**
 * Fills a server from another one that is in use: the hottest keys first, at a bounded rate, in bounded memory, and
 * without pushing anything out. Speaks Redis's protocol to both; knows nothing of stores. Open {@link
 * dev.larder.server.warm.Warmup} first.
 */
@NullMarked
package dev.larder.server.warm;

import org.jspecify.annotations.NullMarked;
