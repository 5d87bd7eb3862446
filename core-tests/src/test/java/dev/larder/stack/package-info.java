/** Tests of several shared tiers in a row, with fakes in place of servers. */
@NullMarked
package dev.larder.stack;

import org.jspecify.annotations.NullMarked;
