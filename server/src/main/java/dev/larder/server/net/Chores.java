package dev.larder.server.net;

import dev.larder.server.client.Client;
import dev.larder.server.command.Node;
import dev.larder.server.config.OutputLimits;
import dev.larder.server.config.Settings;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a server does besides answering, on a thread of its own, {@code hz} times a second in bounded steps: removes what
 * expired, frees what was flushed, ends connections that are idle or do not read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a step catches what goes wrong, and schedules the next
public final class Chores implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Chores.class.getName());
    private static final int EXPIRY_WORK = 4_096;
    private static final int TIDY_WORK = 4_096;
    private static final int MOST_STEPS = 16;
    private static final int SECOND = 1_000;
    /** Who has not logged in by then goes. */
    private static final int LOGIN_MILLIS = 60_000;

    private final Node node;
    private final DefaultEventExecutor thread =
            new DefaultEventExecutor(new DefaultThreadFactory("larder-server-chores", true));
    /** Since when a connection has had more to send than its soft limit. Of the thread. */
    private final Map<Long, Long> overSoftLimit = new HashMap<>();

    private long nextLookMillis;

    public Chores(Node node) {
        this.node = node;
    }

    /** Begins. */
    public void start() {
        thread.schedule(this::run, pauseMillis(), TimeUnit.MILLISECONDS);
    }

    private long pauseMillis() {
        return SECOND / Math.max(1, node.settings().live().hertz());
    }

    private void run() {
        try {
            node.notices().join();
            node.store().expireSome(EXPIRY_WORK);
            for (int i = 0; i < MOST_STEPS && node.store().tidy(TIDY_WORK); i++) {
                // until there is no more to do, or enough was done
            }
            node.notices().flush(null);
            long now = node.clock().millis();
            if (now >= nextLookMillis || now < nextLookMillis - SECOND) {
                nextLookMillis = now + SECOND;
                node.keeper().look(now);
                node.countReads();
                node.clients().all().forEach(client -> look(client, now));
                overSoftLimit.keySet().removeIf(id -> node.clients().numbered(id) == null);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a chore failed; it will be tried again", e);
        }
        if (!thread.isShuttingDown()) {
            start();
        }
    }

    private void look(Client client, long now) {
        Settings.Live live = node.settings().live();
        boolean isIdle = live.timeoutSeconds() > 0
                && !client.isListening()
                && !client.isWaiting()
                && now - client.lastHeardMillis() > (long) live.timeoutSeconds() * SECOND;
        boolean isStranger = !client.isAuthenticated() && now - client.origin().sinceMillis() > LOGIN_MILLIS;
        OutputLimits.Limit limit =
                client.isListening() ? live.outputs().pubsub() : live.outputs().normal();
        long unsent = client.line().unsentBytes();
        boolean isOver = limit.softBytes() > 0 && unsent > limit.softBytes();
        long since = isOver ? overSoftLimit.computeIfAbsent(client.id(), id -> now) : now;
        if (!isOver) {
            overSoftLimit.remove(client.id());
        }
        boolean isTooSlow = isOver && now - since > (long) limit.softSeconds() * SECOND;
        if (isIdle || isStranger || isTooSlow) {
            client.line().kill();
        }
    }

    /** Ends, when the step at hand is done. */
    @Override
    public void close() {
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
