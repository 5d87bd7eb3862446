package dev.larder.write;

/**
 * How a cache learns of the caller's transaction, so that it changes after the commit only.
 *
 * <p>While {@link #isActive()} a change is held back: a write-through {@code put} calls the writer at once, within the
 * transaction, and after the commit the key is invalidated in every tier; a {@code remove} is carried out after the
 * commit. A rollback leaves the cache as it was.
 */
public interface Transactions {
    /** Whether the calling thread is inside a transaction. */
    boolean isActive();

    /** Runs {@code action} once, after the calling thread's transaction has committed; never after a rollback. */
    void afterCommit(Runnable action);
}
