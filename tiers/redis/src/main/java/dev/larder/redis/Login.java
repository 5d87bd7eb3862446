package dev.larder.redis;

import dev.larder.failure.TierException;
import dev.larder.redis.RedisAddress.Kind;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * The first words on every connection: who we are, which database, and who is there. Immutable.
 *
 * <p>Said by ourselves, not by the client library, which closes the connection on a refusal and then reports now the
 * refusal and now the closing.
 */
record Login(RedisAddress address, Later later) implements Link.Greeting {
    private static final String CLIENT_NAME = "larder";

    @Override
    public CompletionStage<Void> greet(Session session) {
        RedisAsyncCommands<String, byte[]> redis = session.redis();
        CompletableFuture<ServerIdentity> last = authenticated(redis)
                .thenCompose(in -> address.database() == 0
                        ? CompletableFuture.completedFuture("")
                        : redis.select(address.database()))
                .thenCompose(selected -> named(redis))
                .thenCompose(named -> session.askTime())
                .thenCompose(told -> ServerIdentity.of(session))
                .toCompletableFuture();
        CompletableFuture<Void> greeted = new CompletableFuture<>();
        Scheduled limit = later.schedule(
                () -> greeted.completeExceptionally(new TimeoutException()),
                address.options().connectTimeout().toNanos());
        var unused = last.whenComplete((server, failure) -> {
            limit.cancel();
            if (failure != null) {
                greeted.completeExceptionally(failure);
            } else if (server.isReplica() && address.kind() == Kind.SENTINEL) {
                greeted.completeExceptionally(
                        new TierException(address + " was led to a replica, not to its master", null));
            } else {
                session.reached(server.id());
                greeted.complete(null);
            }
        });
        return greeted;
    }

    private static CompletionStage<String> named(RedisAsyncCommands<String, byte[]> redis) {
        return redis.clientSetname(CLIENT_NAME)
                .exceptionallyCompose(failure -> Session.unwrap(failure) instanceof RedisCommandExecutionException
                        ? CompletableFuture.completedFuture("") // a user who may not: a name is only for operators
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletionStage<String> authenticated(RedisAsyncCommands<String, byte[]> redis) {
        String user = address.login().user();
        String password = address.login().password();
        if (password == null) {
            return CompletableFuture.completedFuture("");
        }
        return user == null ? redis.auth(password) : redis.auth(user, password);
    }
}
