package dev.larder.redis;

import dev.larder.tier.Later;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One server, by itself or as the master that sentinels name: it has all slots. Thread-safe. */
final class OneServer implements Servers {
    /** Stands for the server wherever it is: sentinels may name another one each time. */
    private static final Endpoint OWNER = new Endpoint("the server", 0);

    private final RedisClient client;
    private final RedisURI uri;
    private final Link link;
    private final Heartbeat heartbeat;

    OneServer(RedisClient client, RedisAddress address, Link.Greeting greeting, Later later, Ticker ticker) {
        this.client = client;
        this.uri = Clients.uri(address);
        this.link = new Link(address.toString(), () -> connect(0), greeting, later, ticker);
        this.heartbeat = new Heartbeat(link, later, ticker);
    }

    @Override
    public void open() {
        link.open();
        heartbeat.beat();
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public @Nullable Session ready(int slot) {
        return link.ready();
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> call(int slot, Function<Session, CompletionStage<T>> call) {
        Session ready = link.ready();
        return ready != null ? callOn(ready, call) : link.session().thenCompose(session -> callOn(session, call));
    }

    private <T extends @Nullable Object> CompletionStage<T> callOn(
            Session session, Function<Session, CompletionStage<T>> call) {
        return call.apply(session).whenComplete((answer, failure) -> {
            if (failure != null && Refusal.of(failure) == Refusal.DEMOTED) {
                link.reset(session, "it is not the master any more");
            }
        });
    }

    @Override
    public CompletionStage<StatefulRedisConnection<String, byte[]>> connect(int slot) {
        return Clients.connect(client, uri);
    }

    @Override
    public Endpoint owner(int slot) {
        return OWNER;
    }

    @Override
    public CompletionStage<StatefulRedisConnection<String, byte[]>> connect(Endpoint owner) {
        return Clients.connect(client, uri);
    }

    @Override
    public CompletionStage<Session> connected() {
        return link.connected();
    }

    @Override
    public void close() {
        heartbeat.close();
        link.close();
    }
}
