package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.AddressOptions.Verify;
import dev.larder.memcached.DnsDiscovery.Resolver;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections and greets the servers; owns the threads that carry them. Thread-safe. */
final class Connector implements AutoCloseable {
    private static final int THREADS = 2;
    private static final long QUIET_MILLIS = 0;
    private static final long CLOSE_MILLIS = 2_000;

    private final MemcachedAddress address;
    private final Later later;
    private final Resolver resolver;
    private final Greeting greeting;
    private final @Nullable SslContext tls;
    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("larder-memcached-io", true), NioIoHandler.newFactory());

    Connector(MemcachedAddress address, Later later, Resolver resolver) {
        this.address = address;
        this.later = later;
        this.resolver = resolver;
        this.greeting = new Greeting(address.login());
        this.tls = address.isTls() ? tls(address.options().verify()) : null;
    }

    /** A new connection to {@code server} that is ready for commands. */
    CompletionStage<Session> connect(HostAndPort server) {
        String name = address.name(server);
        Session session = new Session(name);
        CompletableFuture<Session> ready = new CompletableFuture<>();
        open(server, session).whenComplete((channel, failure) -> {
            if (failure == null) {
                greet(name, session, ready);
            } else {
                ready.completeExceptionally(Trouble.connecting(name, failure));
            }
        });
        return ready;
    }

    /** A new connection to {@code server} on which nothing was said. */
    CompletionStage<Channel> open(HostAndPort server, ChannelHandler handler) {
        CompletableFuture<Channel> opened = new CompletableFuture<>();
        ChannelFuture connecting =
                bootstrap(server, handler).connect(InetSocketAddress.createUnresolved(server.host(), server.port()));
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                opened.complete(connecting.channel());
            } else {
                opened.completeExceptionally(connected.cause());
            }
        });
        return opened;
    }

    /** Who tells the servers; null where the URI names them. The caller closes it. */
    @Nullable Discovery discovery() {
        AddressOptions.Source source = address.options().discovery();
        if (source == null) {
            return null;
        }
        return switch (source.kind()) {
            case DNS -> new DnsDiscovery(source.place(), resolver);
            case ELASTICACHE -> new ClusterDiscovery(source.place(), this);
        };
    }

    private void greet(String name, Session session, CompletableFuture<Session> ready) {
        Scheduled limit = later.schedule(
                () -> {
                    ready.completeExceptionally(new TierException(
                            name + " does not answer: it took the connection and stayed silent."
                                    + " It hangs, or is not a Memcached.",
                            null));
                    session.close();
                },
                address.options().connectTimeout().toNanos());
        var unused = session.lost().thenAccept(reason -> {
            limit.cancel();
            ready.completeExceptionally(hungUp(name, reason));
        });
        greeting.greet(name, session).whenComplete((done, failure) -> {
            limit.cancel();
            if (failure == null) {
                ready.complete(session);
                return;
            }
            Throwable why = Trouble.unwrap(failure);
            if (why instanceof TierException && why.getCause() == null && session.isOpen()) {
                ready.completeExceptionally(why); // the server's own refusal; else the loss says why
            }
            session.close();
        });
    }

    private static TierException hungUp(String name, Throwable reason) {
        return reason instanceof TierException
                ? new TierException(
                        name + " closed the connection during the greeting."
                                + " It is not a Memcached, wants TLS, or has no connection to spare.",
                        reason)
                : Trouble.connecting(name, reason);
    }

    private Bootstrap bootstrap(HostAndPort server, ChannelHandler handler) {
        return new Bootstrap()
                .group(threads)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(
                        Integer.MAX_VALUE, address.options().connectTimeout().toMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslContext secured = tls;
                        if (secured != null) {
                            channel.pipeline()
                                    .addLast(secured.newHandler(channel.alloc(), server.host(), server.port()));
                        }
                        channel.pipeline().addLast(handler);
                    }
                });
    }

    private static SslContext tls(Verify verify) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient();
            if (verify != Verify.FULL) {
                builder.endpointIdentificationAlgorithm(null);
            }
            if (verify == Verify.NONE) {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
            }
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /** Closes all connections; does not wait. */
    @Override
    public void close() {
        var unused = threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
