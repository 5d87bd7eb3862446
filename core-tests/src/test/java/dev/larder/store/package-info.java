/** Contract, model and race tests of the stores. Open {@link dev.larder.store.HeapStoreContractTest} first. */
@NullMarked
package dev.larder.store;

import org.jspecify.annotations.NullMarked;
