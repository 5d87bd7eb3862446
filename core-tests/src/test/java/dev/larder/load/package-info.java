/** Tests of the generations that loads and changes of one cache go to. */
@NullMarked
package dev.larder.load;

import org.jspecify.annotations.NullMarked;
