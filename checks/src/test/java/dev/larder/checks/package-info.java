/**
 * Rules that hold the design and the style, each a pure function from the project to what breaks it. {@link
 * dev.larder.checks.Rules} lists them; {@code checks/exceptions.txt} lists what is let through, and why. What a compiler,
 * Error Prone or the formatter can already tell is not repeated here.
 */
@NullMarked
package dev.larder.checks;

import org.jspecify.annotations.NullMarked;
