/**
 * Tags: labels by which many entries are invalidated at once, whatever their number.
 *
 * <p>Owns when each tag was last invalidated, and which tags an entry has. Touches no entry: an entry is judged by its tags
 * when it is read. Start with {@link dev.larder.tag.Tags}.
 */
@NullMarked
package dev.larder.tag;

import org.jspecify.annotations.NullMarked;
