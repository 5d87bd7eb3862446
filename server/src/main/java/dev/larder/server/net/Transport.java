package dev.larder.server.net;

import dev.larder.server.config.SettingsException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Locale;

/** How the server talks to the system. */
public enum Transport {
    /** Linux's rings of requests; often forbidden in containers. */
    IO_URING,
    /** Linux's epoll, by a native library. */
    EPOLL,
    /** The JDK's selectors, anywhere. */
    NIO;

    /** Names one instead of the best there is: {@code io_uring}, {@code epoll} or {@code nio}. */
    public static final String PROPERTY = "larder.server.transport";

    /**
     * The best one that works here, or the one that the system property {@value #PROPERTY} names. Rings are not taken unless
     * they are named: a connection that its client resets in the midst of a request stays open there (Netty 4.2.18).
     *
     * @throws SettingsException if the property names none that works here
     */
    public static Transport best() {
        String named = System.getProperty(PROPERTY);
        if (named == null) {
            return EPOLL.isAvailable() ? EPOLL : NIO;
        }
        for (Transport each : values()) {
            if (each.name().equalsIgnoreCase(named)) {
                if (!each.isAvailable()) {
                    throw new SettingsException(PROPERTY + " is " + named + ", which does not work on this machine");
                }
                return each;
            }
        }
        throw new SettingsException(PROPERTY + " must be io_uring, epoll or nio but was '" + named + "'");
    }

    /** Whether it works on this machine. */
    public boolean isAvailable() {
        return switch (this) {
            case IO_URING -> IoUring.isAvailable();
            case EPOLL -> Epoll.isAvailable();
            case NIO -> true;
        };
    }

    /** The word for it in {@code INFO}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a read is over when the system's call returns, so that connections can share a buffer. */
    boolean readsAtOnce() {
        return this != IO_URING;
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case IO_URING -> IoUringIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    Class<? extends ServerChannel> channel(boolean isUnix) {
        return switch (this) {
            case IO_URING -> isUnix ? IoUringServerDomainSocketChannel.class : IoUringServerSocketChannel.class;
            case EPOLL -> isUnix ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class;
            case NIO -> isUnix ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class;
        };
    }

    SocketAddress unixAddress(Path path) {
        return this == NIO
                ? UnixDomainSocketAddress.of(path)
                : new io.netty.channel.unix.DomainSocketAddress(path.toFile());
    }
}
