package dev.larder.server.command;

import dev.larder.server.snapshot.Keeper;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A client's wish that the server ends: saves first where that is wanted, with writes held up meanwhile so that none is
 * acknowledged and lost. Where the save fails the server goes on, unless it is forced. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of the save is seen to where it ends
final class Ending {
    private final Node node;
    private @Nullable CompletableFuture<Boolean> attempt;

    Ending(Node node) {
        this.node = node;
    }

    /** Begins; the outcome fails where the server goes on. One that is on already is joined. */
    synchronized CompletableFuture<Boolean> begin(boolean saves, boolean isForced) {
        CompletableFuture<Boolean> running = attempt;
        if (running != null) {
            return running;
        }
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        attempt = begun;
        node.holdWrites(true);
        Keeper keeper = node.keeper();
        boolean isWanted = saves && keeper.refusal() != Keeper.Refusal.LOADING; // what comes in is in the file already
        CompletableFuture<?> saved = isWanted ? keeper.save() : CompletableFuture.completedFuture(null);
        saved.whenComplete((report, failure) -> savedOrNot(begun, isForced ? null : failure));
        return begun;
    }

    private void savedOrNot(CompletableFuture<Boolean> begun, @Nullable Throwable failure) {
        synchronized (this) {
            if (begun.isDone()) {
                return;
            }
            if (failure != null) {
                stop(begun, failure);
                return;
            }
        }
        begun.complete(true);
        node.end();
    }

    private void stop(CompletableFuture<Boolean> begun, Throwable why) {
        attempt = null;
        node.holdWrites(false);
        begun.completeExceptionally(why);
    }

    /** Has the server go on; false where it was not ending. */
    synchronized boolean abort() {
        CompletableFuture<Boolean> running = attempt;
        if (running == null || running.isDone()) {
            return false;
        }
        stop(running, new CancellationException("SHUTDOWN ABORT"));
        return true;
    }
}
