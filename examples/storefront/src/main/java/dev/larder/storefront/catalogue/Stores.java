package dev.larder.storefront.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every store, in the order of its code. Immutable. */
public record Stores(List<Store> all) {
    public Stores {
        all = List.copyOf(all);
    }

    /** The store of this code, or null. */
    public @Nullable Store find(int code) {
        for (Store store : all) {
            if (store.code() == code) {
                return store;
            }
        }
        return null;
    }
}
