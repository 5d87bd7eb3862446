/**
 * Holds the documents to the code: the README's example is compiled and run, and every setting is described. Open
 * {@link dev.larder.docs.ReadmeTest} first.
 */
@NullMarked
package dev.larder.docs;

import org.jspecify.annotations.NullMarked;
