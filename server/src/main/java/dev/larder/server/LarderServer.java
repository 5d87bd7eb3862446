package dev.larder.server;

import dev.larder.policy.Eviction;
import dev.larder.server.client.Clients;
import dev.larder.server.command.Node;
import dev.larder.server.config.Settings;
import dev.larder.server.config.SettingsException;
import dev.larder.server.event.Notices;
import dev.larder.server.memcached.MemcachedPort;
import dev.larder.server.memory.Pages;
import dev.larder.server.net.Chores;
import dev.larder.server.net.ListenException;
import dev.larder.server.net.Listeners;
import dev.larder.server.net.Transport;
import dev.larder.server.snapshot.Keeper;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.StoreConfig;
import dev.larder.server.store.WallClock;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A cache node that speaks Redis's protocol. In a test:
 *
 * <pre>
 *   try (LarderServer server = LarderServer.start(ServerOptions.standard().with("port", "0"))) {
 *       connect("127.0.0.1", server.port());
 *   }
 * </pre>
 *
 * Thread-safe. Several can run in one process.
 */
public final class LarderServer implements AutoCloseable {
    private static final long FALLBACK_BYTES = 256L << 20;
    private static final List<String> FILES = List.of(
            "dir",
            "dbfilename",
            "unixsocket",
            "aclfile",
            "memcached-auth-file",
            "tls-cert-file",
            "tls-key-file",
            "tls-ca-cert-file",
            "tls-ca-cert-dir");

    private final Node node;
    private final Listeners listeners;
    private final Chores chores;
    private final @Nullable Prewarming prewarming;
    private final int port;
    private final int memcachedPort;

    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    private LarderServer(Node node, Listeners listeners, Background background, Ports ports) {
        this.node = node;
        this.listeners = listeners;
        this.chores = background.chores;
        this.prewarming = background.prewarming;
        this.port = ports.resp;
        this.memcachedPort = ports.memcached;
    }

    private record Ports(int resp, int memcached) {}

    private record Background(Chores chores, @Nullable Prewarming prewarming) {}

    /**
     * Starts one, and returns when it takes connections.
     *
     * @throws SettingsException if the options do not go together; others see this machine's port and there is no
     *     password, say
     * @throws ListenException if it cannot listen where it was told to
     */
    public static LarderServer start(ServerOptions options) {
        return start(options, System::currentTimeMillis);
    }

    /** The same with another clock; for tests. */
    @SuppressWarnings("FutureReturnValueIgnored") // loading ends in its own time, and its outcome never fails
    static LarderServer start(ServerOptions options, WallClock clock) {
        Settings settings = new Settings(worked(options.values()));
        checkFiles(settings);
        checkFolder(settings);
        Transport transport = Transport.best();
        Clients clients = new Clients();
        Notices notices = new Notices(clients);
        OffHeapStore store = new OffHeapStore(StoreConfig.standard(clock)
                .withListener(notices)
                .withBound(bound(settings), Eviction.named(settings.text("maxmemory-policy"))));
        Node node = new Node(
                new Node.Kept(store, notices, clients),
                settings,
                clock,
                new Node.Place(0, transport.word(), options.file()));
        if (settings.is("protected-mode") && node.access().isOpen() && Listeners.isPublic(settings)) {
            store.close();
            throw new SettingsException("bind is '" + settings.text("bind") + "', which others reach, and there is no"
                    + " password: set requirepass, or protected-mode no if anybody may use it");
        }
        Listeners listeners;
        Prewarming prewarming;
        try {
            prewarming = Prewarming.of(node);
            listeners = new Listeners(node, transport);
        } catch (SettingsException wrong) {
            store.close();
            throw wrong;
        }
        boolean isStarted = false;
        try {
            settings.onChange(name -> follow(store, settings, name));
            MemcachedPort memcached = new MemcachedPort(node);
            int port = listeners.bind();
            int wanted = (int) settings.number("memcached-port");
            int memcachedPort =
                    wanted == 0 ? 0 : listeners.bind(Math.max(0, wanted), memcached, settings.is("memcached-tls"));
            node.place(new Node.Place(port, transport.word(), options.file()));
            Chores chores = new Chores(node);
            chores.start();
            isStarted = true;
            Background background = new Background(chores, prewarming);
            LarderServer server = new LarderServer(node, listeners, background, new Ports(port, memcachedPort));
            node.onEnd(server::closeInBackground);
            node.keeper().load().thenRun(() -> {
                notices.noteFlush(); // who was told that a key is not there may find it now
                notices.flush(null);
                server.warm();
            });
            return server;
        } finally {
            if (!isStarted) {
                listeners.close();
                store.close();
            }
        }
    }

    private static void checkFiles(Settings settings) {
        FILES.forEach(directive -> file(settings, directive));
    }

    private static Path file(Settings settings, String directive) {
        try {
            return Path.of(settings.text(directive));
        } catch (InvalidPathException e) {
            throw new SettingsException(
                    directive + " must name a file but no file can have that name: " + e.getReason());
        }
    }

    private static void checkFolder(Settings settings) {
        Path folder = file(settings, "dir");
        if (!Files.isDirectory(folder)) {
            throw new SettingsException("dir is '" + folder + "', which is no folder: make it, or name another");
        }
        if (!settings.text("save").isEmpty() && !Files.isWritable(folder)) {
            throw new SettingsException(
                    "dir is '" + folder + "', where this user may not write, and save asks for snapshots there");
        }
    }

    /** The values with those that the machine decides. */
    private static Map<String, String> worked(Map<String, String> given) {
        Map<String, String> all = new LinkedHashMap<>(given);
        all.putIfAbsent("maxmemory", Long.toString(machineBytes() / 2));
        all.putIfAbsent(
                "io-threads", Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
        return all;
    }

    private static long machineBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 2 * FALLBACK_BYTES;
    }

    private static long bound(Settings settings) {
        long bytes = settings.number("maxmemory");
        return bytes == 0 ? Pages.UNBOUNDED : bytes;
    }

    private static void follow(OffHeapStore store, Settings settings, String name) {
        switch (name) {
            case "maxmemory" -> store.bound(bound(settings));
            case "maxmemory-policy" -> store.evict(Eviction.named(settings.text(name)));
            default -> {
                // is looked up where it is used
            }
        }
    }

    /** Keys and values; for tests. */
    OffHeapStore store() {
        return node.store();
    }

    /** The port it listens on; 0 where it has only a Unix socket. */
    public int port() {
        return port;
    }

    /** The port for clients of Memcached; 0 where there is none. */
    public int memcachedPort() {
        return memcachedPort;
    }

    /** The port for encrypted connections; 0 where there is none. */
    public int tlsPort() {
        return listeners.tlsPort();
    }

    /**
     * Ends all connections and frees all memory. What was not saved is lost. Waits for some seconds at most. Idempotent.
     */
    @Override
    public void close() {
        close(false);
    }

    /**
     * Ends all connections, writes a snapshot if {@code save} is set, and frees all memory. Waits until that is done.
     *
     * @return whether what was to be saved was saved; the log says why not
     */
    public boolean end() {
        return close(true);
    }

    private void warm() {
        if (prewarming != null && !isEnding.get()) {
            prewarming.start();
        }
    }

    private boolean close(boolean saves) {
        if (!isEnding.compareAndSet(false, true)) {
            awaitEnd();
            return true;
        }
        boolean isSaved = true;
        try {
            listeners.close();
            if (prewarming != null) {
                prewarming.close();
            }
            node.scripts().close();
            chores.close();
            isSaved = !saves || saved();
        } finally {
            node.keeper().close();
            node.store().close();
            node.keeper().awaitEnd();
            ended.countDown();
        }
        return isSaved;
    }

    /** What is still coming in is in the file already, and stays there. */
    private boolean saved() {
        boolean isWanted = node.keeper().hasPoints() && node.keeper().refusal() != Keeper.Refusal.LOADING;
        return !isWanted
                || node.keeper()
                        .save()
                        .handle((report, failure) -> failure == null)
                        .join();
    }

    private void closeInBackground() {
        Thread thread = new Thread(this::close, "larder-server-close");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until it has ended: by {@link #close}, {@link #end}, or a client's {@code SHUTDOWN}. */
    public void awaitEnd() {
        boolean isInterrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
