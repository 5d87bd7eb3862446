/** What may be seen of a store by threads that race. Open {@link dev.larder.store.PublicationStress} first. */
@NullMarked
package dev.larder.store;

import org.jspecify.annotations.NullMarked;
