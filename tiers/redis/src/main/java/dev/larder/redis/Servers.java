package dev.larder.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Leads from a hash slot to the server that has it: always the same one, or a node of a cluster. Thread-safe; nothing
 * blocks.
 */
interface Servers extends AutoCloseable {
    /** Starts to connect, once; returns at once. */
    void open();

    /** In how many parts a cache is kept, so that all servers have some. */
    int partitions();

    /** The connection to whoever has {@code slot}, or null while there is none. */
    @Nullable Session ready(int slot);

    /**
     * Makes a call to whoever has {@code slot}. It fails at once while there is no connection, unless that is the first one
     * and under way. A server that says it is not the one, or not now, has done nothing: in a cluster the call is then made
     * again, for two seconds at most.
     */
    <T extends @Nullable Object> CompletionStage<T> call(int slot, Function<Session, CompletionStage<T>> call);

    /** Opens one more connection to whoever has {@code slot}. */
    CompletionStage<StatefulRedisConnection<String, byte[]>> connect(int slot);

    /** Who has {@code slot}, as far as is known; null where that is not known yet. */
    @Nullable Endpoint owner(int slot);

    /** Opens one more connection to {@code owner}, which {@link #owner} gave. */
    CompletionStage<StatefulRedisConnection<String, byte[]>> connect(Endpoint owner);

    /** A connection, when there is one. */
    CompletionStage<Session> connected();

    /** Offers no connection any more. */
    @Override
    void close();
}
