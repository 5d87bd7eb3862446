package dev.larder.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.util.concurrent.TimeUnit;

/** How the client library is set up: small, bounded, and never doing behind our back what the tier does itself. */
final class Clients {
    private static final int IO_THREADS = 2;

    /** Above what a session lets wait, so that its own limit is the one that is met. */
    private static final int MAX_QUEUED = 131_072;

    private Clients() {}

    static RedisClient open(RedisAddress address) {
        ClientResources resources = ClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        RedisClient client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .pingBeforeActivateConnection(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED)
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(address.connectTimeout())
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build())
                .build());
        return client;
    }

    /** Where to connect. Login, database and name are said by {@link Login}. */
    static RedisURI uri(RedisAddress address) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(address.host())
                .withPort(address.port())
                .withTimeout(address.connectTimeout());
        if (address.isTls()) {
            uri.withSsl(true)
                    .withVerifyPeer(
                            switch (address.verify()) {
                                case FULL -> SslVerifyMode.FULL;
                                case CA -> SslVerifyMode.CA;
                                case NONE -> SslVerifyMode.NONE;
                            });
        }
        RedisURI built = uri.build();
        // Else the client library asks a question of its own first, and one that nobody answers closes the connection
        // at the moment at which it is handed out.
        built.setLibraryName("");
        built.setLibraryVersion("");
        return built;
    }

    /** Lets go of connections and threads without waiting. */
    static void close(RedisClient client) {
        ClientResources resources = client.getResources();
        var unused = client.shutdownAsync(0, 1, TimeUnit.SECONDS).whenComplete((done, failure) -> {
            var unusedToo = resources.shutdown(0, 1, TimeUnit.SECONDS);
        });
    }
}
