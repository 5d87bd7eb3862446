package dev.larder.server.command;

import dev.larder.server.advice.Observer;
import dev.larder.server.client.Channels;
import dev.larder.server.client.Client;
import dev.larder.server.client.Clients;
import dev.larder.server.client.Waiter;
import dev.larder.server.config.Settings;
import dev.larder.server.event.Notices;
import dev.larder.server.snapshot.Keeper;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.WallClock;
import dev.larder.server.watch.Watch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What all connections of a server share. Thread-safe. */
public final class Node {
    /** The version of Redis whose replies and errors these are. */
    static final String REDIS_VERSION = "7.0.15";

    private static final int RUN_ID_DIGITS = 40;
    private static final String TRACKED = "tracking-table-max-keys";
    private static final String NOTIFY = "notify-keyspace-events";

    private final OffHeapStore store;
    private final Notices notices;
    private final Settings settings;
    private final WallClock clock;
    private final CommandTable table = new CommandTable();
    private final Clients clients;
    private final Channels channels = new Channels();
    private final Channels patterns = new Channels();
    private final Channels shardChannels = new Channels();
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final Counters base = new Counters();
    private final Waiters waiters = new Waiters(Node::call);
    private final Observer observer = new Observer();
    private final Keeper keeper;
    private final Watch watch;
    private final Ending ending = new Ending(this);
    private final Access access;
    private final Scripts scripts = new Scripts(this);
    private final long startedMillis;
    private final String runId;
    private volatile Pause pause = Pause.NONE;
    private volatile boolean holdsWrites;
    private volatile Place place;
    private volatile Runnable end = () -> {};

    /**
     * Where the server runs.
     *
     * @param port the port it listens on; 0 for none
     * @param transport how it talks to the system: {@code epoll}, say
     * @param file the file with its settings; empty for none
     */
    public record Place(int port, String transport, String file) {}

    /**
     * What it keeps, and who hears of it.
     *
     * @param notices is the store's listener
     * @param clients the same that {@code notices} knows
     */
    public record Kept(OffHeapStore store, Notices notices, Clients clients) {}

    /** How long which commands wait: by a clock that nobody sets. */
    record Pause(long sinceNanos, long nanos, boolean isForWritesOnly) {
        static final Pause NONE = new Pause(0, 0, false);

        static Pause of(long millis, boolean isForWritesOnly) {
            return new Pause(System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(millis), isForWritesOnly);
        }

        boolean holds(boolean isWrite) {
            return nanos > 0 && (isWrite || !isForWritesOnly) && System.nanoTime() - sinceNanos < nanos;
        }
    }

    public Node(Kept kept, Settings settings, WallClock clock, Place place) {
        this.store = kept.store();
        this.notices = kept.notices();
        this.clients = kept.clients();
        this.settings = settings;
        this.clock = clock;
        this.place = place;
        this.startedMillis = clock.millis();
        StringBuilder id = new StringBuilder();
        RandomGenerator random = RandomGenerator.getDefault();
        for (int i = 0; i < RUN_ID_DIGITS; i++) {
            id.append(Character.forDigit(random.nextInt(16), 16));
        }
        this.runId = id.toString();
        store.onAppearance(waiters::appeared);
        this.keeper = new Keeper(store, settings);
        this.watch = new Watch(settings);
        notices.to((channel, text) -> PubsubCommands.publish(this, channel, text));
        notices.want(settings.text(NOTIFY));
        notices.invalidations().limit(settings.number(TRACKED));
        settings.onChange(name -> {
            if (name.equals(NOTIFY)) {
                notices.want(settings.text(NOTIFY));
            } else if (name.equals(TRACKED)) {
                notices.invalidations().limit(settings.number(TRACKED));
            }
        });
        this.access = new Access(this);
    }

    /** A worker for one event loop. */
    public Worker newWorker() {
        Worker worker = new Worker(this);
        workers.add(worker);
        return worker;
    }

    /** Keys and values. */
    public OffHeapStore store() {
        return store;
    }

    /** What became of keys. */
    public Notices notices() {
        return notices;
    }

    /** The settings. */
    public Settings settings() {
        return settings;
    }

    /** The time of day. */
    public WallClock clock() {
        return clock;
    }

    /** Who is connected. */
    public Clients clients() {
        return clients;
    }

    Channels channels() {
        return channels;
    }

    Channels patterns() {
        return patterns;
    }

    Channels shardChannels() {
        return shardChannels;
    }

    /** Who waits for keys. */
    Waiters waiters() {
        return waiters;
    }

    /** Has a waiter's own loop try again. */
    private static void call(Waiter waiter) {
        waiter.client().line().run(() -> ((Worker) waiter.worker()).dispatcher().retry(waiter));
    }

    /** The commands. */
    public CommandTable table() {
        return table;
    }

    /** Scripts. */
    public Scripts scripts() {
        return scripts;
    }

    Place place() {
        return place;
    }

    /** It runs somewhere else than was known at first: the system chose its port. */
    public void place(Place known) {
        place = known;
    }

    /** Who may do what. */
    public Access access() {
        return access;
    }

    /** How long commands take, and who sees them. */
    Watch watch() {
        return watch;
    }

    /** Saves and loads. */
    public Keeper keeper() {
        return keeper;
    }

    /** What is done where a client tells the server to end; waits for nothing. */
    public void onEnd(Runnable action) {
        end = action;
    }

    Ending ending() {
        return ending;
    }

    void end() {
        end.run();
    }

    /** Time of day when it began. */
    public long startedMillis() {
        return startedMillis;
    }

    String runId() {
        return runId;
    }

    /** Whether some commands may have to wait; a quick look. */
    @SuppressWarnings("ReferenceEquality") // the very same pause
    boolean mayPause() {
        return pause != Pause.NONE || holdsWrites;
    }

    /** Whether commands of a kind have to wait. */
    public boolean isPaused(boolean isWrite) {
        return (isWrite && holdsWrites) || pause.holds(isWrite);
    }

    /** What a client has asked for. */
    void pause(Pause next) {
        pause = next;
    }

    /** Whether writes wait, whatever clients have asked for: the server is about to end. */
    void holdWrites(boolean holds) {
        holdsWrites = holds;
    }

    /** What is known of the load. */
    public Observer observer() {
        return observer;
    }

    /** Tells the observer how many reads there were. */
    public void countReads() {
        observer.counted(workers.stream()
                .mapToLong(worker -> worker.hits.sum() + worker.misses.sum())
                .sum());
    }

    /** What was counted since the start or the last reset. */
    Counters counters() {
        Counters sum = new Counters();
        workers.forEach(worker -> sum.add(worker));
        return sum.minus(base);
    }

    /** Counts from 0 on. */
    void resetCounters() {
        Counters sum = new Counters();
        workers.forEach(worker -> sum.add(worker));
        sum.evicted = store.evicted();
        sum.expired = store.expired();
        base.become(sum);
        clients.resetCounters();
        watch.clear();
    }

    /** Forgets what a client that has gone listened to, watched and had to do. */
    public void gone(Client client) {
        PubsubCommands.leaveAll(this, client);
        BlockingCommands.over(this, client);
        notices.stop(client);
        watch.leave(client);
        client.transaction().end(false);
        scripts.gone(client);
        clients.left(client);
    }
}
