/**
 * Larder and its peers measured side by side in one run. Nothing here runs in the normal build. Open {@link
 * dev.larder.benchmarks.Main} first.
 */
@NullMarked
package dev.larder.benchmarks;

import org.jspecify.annotations.NullMarked;
