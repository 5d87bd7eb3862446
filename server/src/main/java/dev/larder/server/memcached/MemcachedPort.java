package dev.larder.server.memcached;

import dev.larder.protocol.memcached.server.TextLimits;
import dev.larder.server.command.Node;
import dev.larder.server.net.Flow;
import dev.larder.server.net.Listeners;
import dev.larder.server.net.Loop;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The port for clients of Memcached: what its connections share. The binary protocol and UDP are not spoken.
 *
 * <p>Thread-safe.
 */
public final class MemcachedPort implements Listeners.Protocol {
    /** The version of Memcached whose replies and errors these are. */
    static final String VERSION = "1.6.18";

    private final Node node;
    private final TextLimits limits;
    private final Users users;
    private final Map<Loop, Desk> desks = new ConcurrentHashMap<>();
    private final Map<Count, Long> base = new ConcurrentHashMap<>();
    private @Nullable Future<?> laterFlush;

    /** Reads what its directives say; throws {@link dev.larder.server.config.SettingsException} where that cannot be. */
    public MemcachedPort(Node node) {
        this.node = node;
        this.users = new Users(node);
        this.limits = new TextLimits(TextLimits.DEFAULT.maxLineBytes(), TextLimits.DEFAULT.maxGetLineBytes(), (int)
                node.settings().number("memcached-max-item-size"));
    }

    @Override
    public Flow connection(Loop loop, Channel channel) {
        return new TextConnection(this, loop, channel);
    }

    @Override
    public String full() {
        return "ERROR Too many open connections\r\n";
    }

    Node node() {
        return node;
    }

    TextLimits limits() {
        return limits;
    }

    Users users() {
        return users;
    }

    Desk desk(Loop loop) {
        return desks.computeIfAbsent(loop, each -> new Desk(node, each));
    }

    /** Empties the database, now or at a time of day; what was to be done later is done no more. */
    synchronized void flush(long atMillis, EventLoop timer) {
        Future<?> pending = laterFlush;
        if (pending != null) {
            pending.cancel(false);
            laterFlush = null;
        }
        long delay = atMillis - node.clock().millis();
        if (delay <= 0) {
            node.store().flush(Desk.DATABASE);
            node.notices().noteFlush();
        } else {
            laterFlush = timer.schedule(
                    () -> {
                        flush(0, timer);
                        node.notices().flush(null);
                    },
                    delay,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** How often something happened since the start or the last reset. */
    long counted(Count what) {
        return sum(what) - base.getOrDefault(what, 0L);
    }

    private long sum(Count what) {
        return desks.values().stream().mapToLong(desk -> desk.counted(what)).sum();
    }

    /** Counts from 0 on. */
    void resetCounts() {
        for (Count what : Count.values()) {
            base.put(what, sum(what));
        }
    }
}
