package dev.larder.testkit;

import dev.larder.tier.FarTier;
import dev.larder.time.Ticker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server that several far tiers share, all within this process: what a Redis is to real ones. Each
 * {@link #connect connection} is a {@link FarTier} of its own and stands for one process:
 *
 * <pre>{@code
 * InMemoryServer server = new InMemoryServer(ticker);
 * Larder one = Larder.builder().tiers("memory:16MiB").farTier(server.connect("one")).ticker(ticker).open();
 * Larder two = Larder.builder().tiers("memory:16MiB").farTier(server.connect("two")).ticker(ticker).open();
 * }</pre>
 *
 * <p>Its time is the ticker's. Operations complete before the call returns; messages are delivered on the thread that
 * publishes, unless {@link #cutBus} or another delivery holds them up. For slow, lost and wrong answers wrap a connection
 * in a {@link FaultyTier}. It keeps all it is given and is meant for tests alone. Thread-safe.
 */
public final class InMemoryServer {
    private final Ticker ticker;
    private final Map<String, InMemoryTable> tables = new HashMap<>();
    private boolean stopped;
    private boolean busCut;

    /** A server without entries. */
    public InMemoryServer(Ticker ticker) {
        this.ticker = ticker;
    }

    /** A far tier over this server, as the process {@code process} would open it; {@code process} is part of its name. */
    public FarTier connect(String process) {
        return new InMemoryFarTier(this, "in-memory:" + process);
    }

    /** Refuses every call from now on, and delivers nothing. Entries stay. */
    public void stop() {
        synchronized (this) {
            stopped = true;
        }
        cutBus();
    }

    /** Ends a {@link #stop}, with all entries and all messages still there. */
    public void start() {
        synchronized (this) {
            stopped = false;
        }
        healBus();
    }

    /**
     * Ends a {@link #stop}, if there was one, as a server that keeps nothing on disk: entries, leases and messages are
     * gone, and who listens is told of the gap.
     */
    public void restartEmpty() {
        synchronized (this) {
            stopped = false;
        }
        allTables(false).forEach(InMemoryTable::restartEmpty);
    }

    /** Holds up messages and proofs of silence to everyone, as a connection does that is half open. */
    public void cutBus() {
        allTables(true).forEach(InMemoryTable::cutBus);
    }

    /** Ends a {@link #cutBus}: what was held up is delivered, in order, before the next proof. */
    public void healBus() {
        allTables(false).forEach(table -> table.healBus(false));
    }

    /** Ends a {@link #cutBus} with the loss of what was held up: everyone is told of the gap. */
    public void healBusWithGap() {
        allTables(false).forEach(table -> table.healBus(true));
    }

    /** Drops the entry of {@code key}, and its lease, as a server short of memory does; nobody is told. */
    public void evict(String namespace, String cache, String key) {
        table(namespace, cache).evict(key);
    }

    /** Drops the lease of {@code key}, as a server short of memory does. */
    public void evictLease(String namespace, String cache, String key) {
        table(namespace, cache).evictLease(key);
    }

    /** Drops what is known of {@code tag}, as a server short of memory does. */
    public void evictTag(String namespace, String cache, String tag) {
        table(namespace, cache).tags().evict(tag);
    }

    /** Makes every rebuild under way lose its place, as one that was not heard of for too long. */
    public void stallRebuilds() {
        allTables(busCut()).forEach(InMemoryTable::stallRebuild);
    }

    /** How many entries the cache has that may be served, fresh or stale. */
    public int entries(String namespace, String cache) {
        return table(namespace, cache).entries();
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    Ticker ticker() {
        return ticker;
    }

    synchronized InMemoryTable table(String namespace, String cache) {
        return tables.computeIfAbsent(namespace + '/' + cache, absent -> new InMemoryTable(ticker, busCut));
    }

    private synchronized boolean busCut() {
        return busCut;
    }

    /** All tables, and for those still to come whether their bus is cut. */
    private synchronized List<InMemoryTable> allTables(boolean cutFromNowOn) {
        busCut = cutFromNowOn;
        return List.copyOf(tables.values());
    }
}
