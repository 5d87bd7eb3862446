/**
 * The {@code larder} program: arguments in, exit code out; the work is done by the modules below. Open {@link
 * dev.larder.cli.Main} first.
 */
@NullMarked
package dev.larder.cli;

import org.jspecify.annotations.NullMarked;
