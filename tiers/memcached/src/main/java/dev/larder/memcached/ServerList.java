package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The ring that this process would have: of the URI's servers, or of those that a {@link Discovery} tells, which is asked
 * again and again. Thread-safe: guarded by itself, and the wish is volatile.
 *
 * <p>A question that is not answered, or with no list, changes nothing. Before the first answer the URI's servers are it.
 */
final class ServerList implements AutoCloseable {
    /**
     * A ring this process would have.
     *
     * @param number which wish it is: each is put into a cache's pointer once
     */
    record Wish(long number, Layout layout) {}

    /** After so many looks at the same list it is wished for again: somebody who sees another one may have died since. */
    static final int LOOKS_TO_INSIST = 10;

    private static final Logger LOG = System.getLogger(ServerList.class.getName());

    private final @Nullable Discovery discovery;
    private final Later later;
    private final long periodNanos;
    private final long patienceNanos;
    private final List<HostAndPort> gutter;
    private final SteadyList steady = new SteadyList();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private volatile Wish wish;
    private volatile boolean closed;
    private int looksAtTheSame;
    private boolean isFailing;

    ServerList(MemcachedAddress address, @Nullable Discovery discovery, Later later) {
        this.discovery = discovery;
        this.later = later;
        this.periodNanos = address.options().discoveryPeriod().toNanos();
        this.patienceNanos = 2 * address.options().connectTimeout().toNanos();
        this.gutter = address.options().gutter();
        this.wish = new Wish(0, Layout.of(new Ring(address.ring()), gutter));
    }

    /** Begins to ask, where there is somebody to ask. */
    void open() {
        if (discovery == null) {
            asked.complete(null);
        } else {
            look(discovery);
        }
    }

    /** Completes when the first question is over, however it went. */
    CompletableFuture<Void> asked() {
        return asked;
    }

    Wish wish() {
        return wish;
    }

    private void look(Discovery from) {
        if (closed) {
            return;
        }
        CompletableFuture<List<HostAndPort>> answer = from.ask();
        Scheduled limit = later.schedule(
                () -> answer.completeExceptionally(new TierException("it does not answer in time", null)),
                patienceNanos);
        var unused = answer.whenComplete((servers, failure) -> {
            limit.cancel();
            List<HostAndPort> named = failure == null ? Layout.minus(servers, gutter) : List.of();
            if (failure != null) {
                failed(from, String.valueOf(Trouble.unwrap(failure).getMessage()));
            } else if (named.isEmpty() || named.size() > MemcachedAddress.MAX_SERVERS) {
                failed(from, "it names " + named.size() + " servers, which must be 1…" + MemcachedAddress.MAX_SERVERS);
            } else {
                told(from, named);
            }
            asked.complete(null);
            later.schedule(() -> look(from), periodNanos);
        });
    }

    private synchronized void told(Discovery from, List<HostAndPort> servers) {
        if (isFailing) {
            isFailing = false;
            LOG.log(Level.INFO, "{0} tells the list of servers again", from);
        }
        boolean isOther = steady.tell(servers);
        looksAtTheSame = isOther ? 0 : looksAtTheSame + 1;
        if (isOther) {
            wish = new Wish(wish.number() + 1, Layout.of(new Ring(steady.servers()), gutter));
            LOG.log(Level.INFO, "{0} tells these servers: {1}", from, steady.servers());
        } else if (looksAtTheSame % LOOKS_TO_INSIST == 0) {
            wish = new Wish(wish.number() + 1, wish.layout());
        }
    }

    private synchronized void failed(Discovery from, String why) {
        if (!isFailing && !closed) {
            isFailing = true;
            LOG.log(
                    Level.WARNING,
                    "{0} gives no list of servers: {1}; those known before are used, and it is asked again",
                    from,
                    why);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (discovery != null) {
            discovery.close();
        }
        asked.complete(null);
    }
}
