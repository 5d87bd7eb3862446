/** Tests of caches over a far tier, with fakes in place of servers. */
@NullMarked
package dev.larder.tier;

import org.jspecify.annotations.NullMarked;
