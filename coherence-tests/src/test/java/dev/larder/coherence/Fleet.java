package dev.larder.coherence;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.coherence.Checker.Trouble;
import dev.larder.coherence.Orders.Task;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The clients of one test, each a JVM of its own, and the origin that they share. For the test's thread. */
final class Fleet implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Path folder;
    private final Source source;
    private final long seed;
    private final boolean keepsTags;
    private final Map<String, Process> running = new LinkedHashMap<>();
    private final Map<String, Long> killed = new LinkedHashMap<>();
    private int started;

    /** @param keepsTags whether the tier keeps tags */
    Fleet(Path folder, Source source, long seed, boolean keepsTags) {
        this.folder = folder;
        this.source = source;
        this.seed = seed;
        this.keepsTags = keepsTags;
    }

    /** The keys that clients use. */
    static List<String> keys() {
        return Stream.of(
                        IntStream.range(0, Client.KEYS).mapToObj(i -> Client.COUNTER + i),
                        IntStream.range(0, Client.HERD_KEYS).mapToObj(i -> "herd-" + i),
                        IntStream.range(0, Client.ROWS).mapToObj(i -> Client.ROW + i),
                        Stream.of(Crowd.KEY))
                .flatMap(keys -> keys)
                .toList();
    }

    /** Starts a client for each list of tiers, and waits until all work. */
    void startAll(List<List<String>> tiersOfEach, PlantedFault fault) {
        List<String> names = tiersOfEach.stream()
                .map(tiers -> launch(tiers, fault, Task.RACE))
                .toList();
        names.forEach(name -> awaitLine(name, "ready"));
    }

    /** Starts a client that reads all the herd's keys and then stays. */
    String herd(List<String> tiers) {
        return launch(tiers, PlantedFault.NONE, Task.HERD);
    }

    /** Starts a crowd for each list of tiers, and waits until all are ready. */
    List<String> crowds(List<List<String>> tiersOfEach) {
        List<String> names = tiersOfEach.stream()
                .map(tiers -> launch(tiers, PlantedFault.NONE, Task.CROWD))
                .toList();
        names.forEach(name -> awaitLine(name, "ready"));
        return names;
    }

    /** Says a word to a client. */
    void tell(String name) {
        try {
            OutputStream input = process(name).getOutputStream();
            input.write('\n');
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a client ended by itself", e);
        }
    }

    private String launch(List<String> tiers, PlantedFault fault, Task task) {
        String name = (tiers.size() == 1 ? "far-" : "near-") + started++;
        Orders orders = new Orders(
                name,
                tiers,
                keepsTags,
                source.port(),
                folder.resolve(name).toString(),
                seed + (started << 20),
                fault.name(),
                task);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Client.class.getName()));
        command.addAll(orders.arguments());
        try {
            running.put(
                    name,
                    new ProcessBuilder(command).redirectError(errors(name)).start());
        } catch (IOException e) {
            throw new UncheckedIOException("a client cannot be started", e);
        }
        return name;
    }

    /** Waits until the client has printed {@code line}. */
    void awaitLine(String name, String line) {
        try {
            BufferedReader lines = process(name).inputReader(StandardCharsets.UTF_8);
            String read = lines.readLine();
            while (read != null && !read.equals(line)) {
                read = lines.readLine();
            }
            assertThat(read)
                    .as(
                            "%s ended by itself: %s",
                            name, Files.readString(errors(name).toPath()))
                    .isNotNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9} does. */
    void kill(String name) {
        Process process = process(name);
        killed.put(name, System.nanoTime());
        process.destroyForcibly();
        awaitEnd(name, process);
        running.remove(name);
    }

    /** Stops a client in mid-air, or lets it go on. */
    void signal(String name, String signal) {
        try {
            Process kill = new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(process(name).pid()))
                    .start();
            awaitEnd("kill", kill);
        } catch (IOException e) {
            throw new UncheckedIOException("kill cannot be started", e);
        }
    }

    List<String> names() {
        return List.copyOf(running.keySet());
    }

    /** Ends all clients in good order and returns what they and those that were killed saw. */
    List<Event> finish() {
        running.values().forEach(Fleet::endInput);
        running.forEach(Fleet::awaitEnd);
        running.clear();
        return history();
    }

    /** What all clients saw so far. */
    List<Event> history() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(".err"))
                    .flatMap(this::events)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("no history", e);
        }
    }

    /** What the history breaks. */
    List<String> violations(List<Event> history, long graceNanos, Storm storm) {
        List<String> found = new ArrayList<>(new Checker(Client.SILENCE.toNanos(), graceNanos, storm.trouble(), killed)
                .violations(history, source::versionOf));
        List<Trouble> everything = new ArrayList<>(storm.everything());
        killed.values().forEach(moment -> everything.add(new Trouble("killed", moment, moment)));
        found.addAll(new LoadChecker(graceNanos, everything).violations(history));
        return found;
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroyForcibly);
        running.forEach(Fleet::awaitEnd);
    }

    private Stream<Event> events(Path file) {
        try {
            String text = Files.readString(file);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1); // a kill may have torn the last line
            String process = file.getFileName().toString();
            return whole.lines().map(line -> versioned(Event.parse(process, line)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Event versioned(Event event) {
        if (event.kind() != Event.Kind.REPLACED) {
            return event;
        }
        Long version = source.versionOf(event.number());
        if (version == null) {
            throw new AssertionError("nobody committed what stands in " + event);
        }
        return event.invalidating(version);
    }

    private Process process(String name) {
        Process process = running.get(name);
        if (process == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return process;
    }

    private File errors(String name) {
        return folder.resolve(name + ".err").toFile();
    }

    private static void endInput(Process process) {
        try (OutputStream input = process.getOutputStream()) {
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a client ended by itself", e);
        }
    }

    private static void awaitEnd(String name, Process process) {
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, SECONDS))
                    .as("%s ends", name)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
