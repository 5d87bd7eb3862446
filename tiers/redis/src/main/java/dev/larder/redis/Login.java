package dev.larder.redis;

import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * The first words on every connection: who we are, which database, and whether that is a Redis at all. Immutable.
 *
 * <p>Said by ourselves, not by the client library, which closes the connection on a refusal and then reports now the
 * refusal and now the closing.
 */
record Login(RedisAddress address, Later later) implements Link.Greeting {
    private static final String CLIENT_NAME = "larder";

    @Override
    public CompletionStage<Void> greet(Session session) {
        RedisAsyncCommands<String, byte[]> redis = session.redis();
        CompletableFuture<String> last = authenticated(redis)
                .thenCompose(in -> redis.select(address.database()))
                .thenCompose(selected -> redis.clientSetname(CLIENT_NAME).exceptionally(forbidden -> ""))
                .thenCompose(named -> redis.ping())
                .toCompletableFuture();
        CompletableFuture<Void> greeted = new CompletableFuture<>();
        Scheduled limit = later.schedule(
                () -> greeted.completeExceptionally(new TimeoutException()),
                address.connectTimeout().toNanos());
        var unused = last.whenComplete((pong, failure) -> {
            limit.cancel();
            if (failure == null) {
                greeted.complete(null);
            } else {
                greeted.completeExceptionally(failure);
            }
        });
        return greeted;
    }

    private CompletionStage<String> authenticated(RedisAsyncCommands<String, byte[]> redis) {
        String user = address.user();
        String password = address.password();
        if (password == null) {
            return CompletableFuture.completedFuture("");
        }
        return user == null ? redis.auth(password) : redis.auth(user, password);
    }
}
