package dev.larder.server.net;

import dev.larder.protocol.resp.RequestLimits;
import dev.larder.server.command.Node;
import dev.larder.server.config.Settings;
import dev.larder.server.config.SettingsException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The sockets on which a server takes connections, and its event loops. Thread-safe. */
public final class Listeners implements AutoCloseable {
    private static final int LOW_BYTES = 256 << 10;
    private static final int CLOSE_SECONDS = 5;
    private static final String FULL = "-ERR max number of clients reached\r\n";
    private static final PosixFilePermission[] PERMISSIONS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private final Transport transport;
    private final EventLoopGroup group;
    private final Settings settings;
    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();
    private final List<Channel> bound = new ArrayList<>();
    /** Those that are open; one that comes after {@link #close} is closed at once. */
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final Node node;
    private final Protocol resp = new Protocol() {
        @Override
        public Flow connection(Loop loop, Channel channel) {
            return new Connection(node, loop, channel, limits());
        }

        @Override
        public String full() {
            return FULL;
        }
    };

    /** What is spoken on a port. Thread-safe. */
    public interface Protocol {
        /** Serves a new connection of a loop. */
        Flow connection(Loop loop, Channel channel);

        /** What one who finds no place is told, in ASCII. */
        String full();
    }

    private final Tls tls;
    private int tlsPort;

    /** Event loops that listen to nothing yet. */
    public Listeners(Node node, Transport transport) {
        this.node = node;
        this.settings = node.settings();
        this.tls = new Tls(settings);
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(
                (int) settings.number("io-threads"),
                new DefaultThreadFactory("larder-server-io", true),
                transport.handlers());
    }

    /**
     * Binds all addresses, and takes connections from then on.
     *
     * @return the port; 0 where there is none
     */
    public int bind() {
        int port = (int) settings.number("port");
        String unixSocket = settings.text("unixsocket");
        if (!unixSocket.isEmpty()) {
            bindUnix(Path.of(unixSocket));
        }
        boolean hasTls = settings.number("tls-port") != 0;
        boolean isElsewhere = hasTls || !unixSocket.isEmpty();
        if (hasTls) {
            tlsPort = bind((int) settings.number("tls-port"), resp, true);
        }
        return isElsewhere && port == 0 ? 0 : bind(port, resp, false);
    }

    /** The port for encrypted connections; 0 for none. */
    public int tlsPort() {
        return tlsPort;
    }

    /**
     * Binds all addresses with another port for another protocol, whose connections have the same limits.
     *
     * @param wanted 0 for a free one
     * @param isSecure whether its connections are encrypted
     * @return the port
     */
    public int bind(int wanted, Protocol protocol, boolean isSecure) {
        int port = wanted;
        boolean isFree = port == 0;
        for (String word : settings.text("bind").split(" ")) {
            boolean mayBeMissing = word.startsWith("-");
            String host = mayBeMissing ? word.substring(1) : word;
            try {
                InetAddress address = Addresses.of(host);
                Channel channel = bind(new InetSocketAddress(address, port), false, protocol, isSecure);
                port = ((InetSocketAddress) channel.localAddress()).getPort();
            } catch (UnknownHostException | ListenException e) {
                boolean isTaken = e.getCause() instanceof java.net.BindException
                        && String.valueOf(e.getCause().getMessage()).contains("in use");
                if (!mayBeMissing || (isTaken && !isFree)) {
                    throw e instanceof ListenException known
                            ? known
                            : new ListenException("the server cannot listen on " + host + ": no such address", e);
                }
            }
        }
        return port;
    }

    /** Whether others than this machine reach one of the addresses. */
    public static boolean isPublic(Settings settings) {
        for (String word : settings.text("bind").split(" ")) {
            try {
                if (!Addresses.of(word.startsWith("-") ? word.substring(1) : word)
                        .isLoopbackAddress()) {
                    return true;
                }
            } catch (UnknownHostException e) {
                return true; // nobody knows
            }
        }
        return false;
    }

    private Channel bind(SocketAddress address, boolean isUnix, Protocol protocol, boolean isSecure) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.channel(isUnix))
                .option(ChannelOption.SO_BACKLOG, Math.max(1, (int) settings.number("tcp-backlog")))
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_BYTES, Flow.FULL_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, protocol, isSecure);
                    }
                });
        if (!isUnix) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, settings.live().keepsAlive());
        }
        ChannelFuture future = bootstrap.bind(address).awaitUninterruptibly();
        Throwable cause = future.cause();
        if (cause != null) {
            throw new ListenException(
                    "the server cannot listen on " + address.toString().replaceFirst("^/", "") + ": "
                            + cause.getMessage(),
                    cause);
        }
        bound.add(future.channel());
        return future.channel();
    }

    private void bindUnix(Path path) {
        try {
            if (Files.exists(path)) {
                Files.delete(path); // left over by a server that was killed, as with Redis
            }
        } catch (IOException e) {
            throw new SettingsException("unixsocket " + path + " is in the way and cannot be removed (" + e + ")");
        }
        try {
            // Made where nobody else looks, so that it never has another mode than its own.
            Path hidden = Files.createTempDirectory(
                    path.toAbsolutePath().getParent(),
                    ".larder",
                    PosixFilePermissions.asFileAttribute(permissions("700")));
            Path made = hidden.resolve("s");
            try {
                bind(transport.unixAddress(made), true, resp, false);
                Files.setPosixFilePermissions(made, permissions(settings.text("unixsocketperm")));
                Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(made);
                Files.delete(hidden);
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new SettingsException("unixsocket " + path + " cannot be made" + " (" + e + ")");
        }
    }

    private static Set<PosixFilePermission> permissions(String octal) {
        int bits = Integer.parseInt(octal, 8);
        Set<PosixFilePermission> all = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < PERMISSIONS.length; i++) {
            if ((bits >> i & 1) == 1) {
                all.add(PERMISSIONS[i]);
            }
        }
        return all;
    }

    private void accept(Channel channel, Protocol protocol, boolean isSecure) {
        connections.add(channel);
        if (isSecure) {
            channel.pipeline().addLast(tls.handler(channel.alloc()));
        }
        if (!node.clients().enter(settings.live().maxClients())) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(protocol.full().getBytes(StandardCharsets.US_ASCII)))
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        Loop loop =
                loops.computeIfAbsent(channel.eventLoop(), each -> new Loop(node, allocator, transport.readsAtOnce()));
        channel.config().setRecvByteBufAllocator(loop.reads());
        channel.pipeline().addLast(protocol.connection(loop, channel));
    }

    private RequestLimits limits() {
        return new RequestLimits(
                (int) settings.number("proto-max-bulk-len"),
                RequestLimits.DEFAULT.maxArguments(),
                RequestLimits.DEFAULT.maxInlineBytes(),
                (int) settings.number("client-query-buffer-limit"));
    }

    /** Ends all connections and loops; waits for a few seconds at most. */
    @Override
    public void close() {
        bound.forEach(channel -> channel.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS));
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS); // epoll's loops leave them open
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(2 * CLOSE_SECONDS, TimeUnit.SECONDS);
        loops.values().forEach(Loop::close);
        loops.clear();
        String unixSocket = settings.text("unixsocket");
        if (!unixSocket.isEmpty() && !bound.isEmpty()) {
            try {
                Files.deleteIfExists(Path.of(unixSocket));
            } catch (IOException e) {
                return; // the next start removes it
            }
        }
    }
}
