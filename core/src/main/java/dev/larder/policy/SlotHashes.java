package dev.larder.policy;

/** What a store tells its policy about the slots in use, under the store's lock. */
@FunctionalInterface
public interface SlotHashes {
    /** The hash of the key of the entry in {@code slot}, as given to {@link Policy#onAdd}. */
    int hashAt(int slot);
}
