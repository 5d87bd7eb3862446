package dev.larder.redis;

import dev.larder.redis.AddressOptions.Identity;
import dev.larder.redis.AddressOptions.Tls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** How the client library is set up: small, bounded, and never doing behind our back what the tier does itself. */
final class Clients {
    private static final int IO_THREADS = 2;

    /** Above what a session lets wait, so that its own limit is the one that is met. */
    private static final int MAX_QUEUED = 131_072;

    private Clients() {}

    static RedisClient open(AddressOptions address) {
        ClientResources resources = ClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        RedisClient client = RedisClient.create(resources);
        ClientOptions.Builder options = ClientOptions.builder()
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
                        .build());
        Tls tls = address.tls();
        if (tls != null) {
            options.sslOptions(ssl(tls, address));
        }
        client.setOptions(options.build());
        return client;
    }

    private static SslOptions ssl(Tls tls, AddressOptions address) {
        SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider().handshakeTimeout(address.connectTimeout());
        if (tls.authorities() != null) {
            ssl.trustManager(tls.authorities());
        }
        Identity identity = tls.identity();
        if (identity != null) {
            ssl.keyManager(identity.certificate(), identity.key(), null);
        }
        return ssl.build();
    }

    static CompletionStage<StatefulRedisConnection<String, byte[]>> connect(RedisClient client, RedisURI uri) {
        try {
            return client.connectAsync(Session.CODEC, uri);
        } catch (RuntimeException e) { // what is wrong before anything is sent, such as no support of sockets here
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Where to connect. Login, database and name are said by {@link Login}. */
    static RedisURI uri(RedisAddress address) {
        return switch (address.kind()) {
            case SERVER -> server(address.endpoints().get(0), address.options());
            case SOCKET -> plain(RedisURI.Builder.socket(address.path()), address.options());
            case SENTINEL -> sentinels(address);
            case CLUSTER -> throw new IllegalArgumentException("a cluster is many servers");
        };
    }

    static RedisURI server(Endpoint endpoint, AddressOptions options) {
        return plain(RedisURI.builder().withHost(endpoint.host()).withPort(endpoint.port()), options);
    }

    /** The client library asks the sentinels, one after the other, each time it is to connect. */
    private static RedisURI sentinels(RedisAddress address) {
        AddressOptions options = address.options();
        RedisURI.Builder uri = RedisURI.builder().withSentinelMasterId(address.path());
        for (Endpoint endpoint : address.endpoints()) {
            RedisURI sentinel = server(endpoint, options);
            AddressLogin login = options.sentinels();
            String password = login.password();
            if (password != null) {
                sentinel.setAuthentication(login.user(), password);
            }
            uri.withSentinel(sentinel);
        }
        return plain(uri, options);
    }

    private static RedisURI plain(RedisURI.Builder uri, AddressOptions options) {
        uri.withTimeout(options.connectTimeout());
        Tls tls = options.tls();
        if (tls != null) {
            uri.withSsl(true)
                    .withVerifyPeer(
                            switch (tls.verify()) {
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
