package dev.larder.file;

import static dev.larder.file.Peers.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.TagChange;
import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.file.Peers.Peer;
import dev.larder.testkit.Seed;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.TagReading;
import dev.larder.time.Ticker;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one folder, killed while they are at it. */
class ProcessesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path disk;

    private Path folder;
    private Peers peers;
    private final List<Process> running = new ArrayList<>();

    @BeforeEach
    void open() {
        folder = disk.resolve("shop");
        peers = new Peers(folder);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Process process : running) {
            process.destroyForcibly().waitFor();
        }
        peers.close();
    }

    private Process hammer(long seed) throws IOException {
        return start(Hammer.class, folder.toString(), Long.toString(seed));
    }

    private Process start(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(disk.resolve("errors-" + running.size()).toFile())
                .start();
        running.add(process);
        return process;
    }

    /** Waits until the process has done {@code steps} steps. */
    private void awaitSteps(Process process, long steps) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && Long.parseLong(line) < steps) {
            line = lines.readLine();
        }
        assertThat(line).as("a process ended by itself, %s", errors()).isNotNull();
    }

    private void kill(Process process) throws InterruptedException, IOException {
        assertThat(process.isAlive()).as("%s", errors()).isTrue();
        process.destroyForcibly();
        assertThat(process.waitFor()).as("killed, %s", errors()).isEqualTo(128 + 9);
    }

    private String errors() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < running.size(); i++) {
            all.append(Files.readString(disk.resolve("errors-" + i)));
        }
        return all.toString();
    }

    @Test
    void killedProcessesLeaveNothingWrongAndNoLockHeld() throws Exception {
        RandomGenerator random =
                Seed.of("killedProcessesLeaveNothingWrongAndNoLockHeld").generator(0);
        Process survivor = hammer(random.nextLong(1_000_000));
        awaitSteps(survivor, 200);

        for (int round = 0; round < 5; round++) {
            Process victim = hammer(random.nextLong(1_000_000));
            awaitSteps(victim, 200L * (1 + random.nextInt(5)));
            kill(victim);
        }
        awaitSteps(survivor, 2_000);
        kill(survivor);

        assertEverythingReadable();
        assertNoLockHeld();
        assertWholeAndUsable();
    }

    /** No file under its final name is half written, however its writer died. */
    private void assertEverythingReadable() throws IOException {
        assertThat(Disks.values(folder)).isNotEmpty();
        for (Path file : Disks.values(folder)) {
            byte[] bytes = Files.readAllBytes(file);
            boolean isServed = isServed(file);
            if (bytes.length > 0 && isServed) {
                ValueFile value = Objects.requireNonNull(ValueFile.decode(bytes), "half written: " + file);
                Hammer.require(value.key(), new FarValue(fresh(value.envelope()), 1));
            }
        }
    }

    /** Rows of a rebuild that never was switched to may be cut: nobody reads them. */
    private boolean isServed(Path file) throws IOException {
        Path cache = file.resolve("../../../..").normalize();
        Control control = Control.decode(Files.readAllBytes(cache.resolve(Names.CONTROL)));
        return file.startsWith(cache.resolve(Objects.requireNonNull(control).current()));
    }

    private static byte[] fresh(byte[] envelope) {
        envelope[0] = 'V';
        return envelope;
    }

    private void assertNoLockHeld() throws IOException {
        Locks locks = Locks.of(new Folder(folder));
        for (Guard guard : Guard.values()) {
            for (int hash = 0; hash < 256; hash++) {
                try (Held held = locks.hold(guard, hash)) {
                    assertThat(held).isNotNull();
                }
            }
        }
        locks.leave();
    }

    private void assertWholeAndUsable() {
        Peer peer = peers.peer();
        FarCache cache = peer.tier()
                .cache(
                        new FarCacheOptions(Hammer.CACHE, Hammer.NAMESPACE, Peers.SILENCE.toNanos(), Ticker.system()),
                        new Hammer.Deaf());
        for (int i = 0; i < Hammer.KEYS; i++) {
            String key = "k" + i;
            FarValue value = done(cache.get(key));
            if (value != null) {
                Hammer.require(key, value);
            }
            done(cache.invalidate(List.of(key)));
            done(cache.beginWrite(key, "token", 60_000));
            assertThat(done(cache.commitWrite(key, "token", Hammer.value(key, 10))))
                    .isTrue();
            Hammer.require(key, Objects.requireNonNull(done(cache.get(key))));
        }
        await().atMost(PATIENCE).until(() -> cache.lastProofNanos() >= 0);
    }

    @Test
    void locksKeepProcessesAndThreadsApart() throws Exception {
        for (int i = 0; i < LockCounter.FILES; i++) {
            Files.writeString(disk.resolve("count-" + i), "0");
        }
        int times = 500;

        for (int i = 0; i < 3; i++) {
            start(LockCounter.class, folder.toString(), disk.toString(), Integer.toString(times));
        }
        LockCounter.count(folder, disk, times);

        awaitSuccess();
        long total = 0;
        for (int i = 0; i < LockCounter.FILES; i++) {
            total += Long.parseLong(Files.readString(disk.resolve("count-" + i)));
        }
        assertThat(total).isEqualTo(4L * LockCounter.THREADS * times);
    }

    @Test
    void noProcessReadsWhatWasInvalidatedBefore() throws Exception {
        RandomGenerator random =
                Seed.of("noProcessReadsWhatWasInvalidatedBefore").generator(0);
        Path origin = Files.write(disk.resolve("origin"), new byte[Racer.ORIGIN_BYTES]);

        for (int i = 0; i < 4; i++) {
            String seed = Long.toString(random.nextLong(1_000_000));
            start(Racer.class, folder.toString(), origin.toString(), seed, "4000");
        }

        awaitSuccess();
    }

    private void awaitSuccess() throws InterruptedException, IOException {
        for (Process process : running) {
            assertThat(process.waitFor()).as("%s", errors()).isZero();
        }
    }

    @Test
    void noAcknowledgedChangeOfATagIsLostWithItsProcess() throws Exception {
        RandomGenerator random =
                Seed.of("noAcknowledgedChangeOfATagIsLostWithItsProcess").generator(0);
        FarTags tags = Objects.requireNonNull(
                peers.peer().tier().cache(TagChanger.CACHE, new Hammer.Deaf()).tags());
        long first = done(tags.now());
        List<String> told = new ArrayList<>();

        for (int round = 0; round < 2; round++) {
            List<Process> victims = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                victims.add(start(TagChanger.class, folder.toString(), Long.toString(random.nextLong(1_000_000))));
            }
            for (Process victim : victims) {
                told.addAll(killAfter(victim, 200 + random.nextInt(800)));
            }
        }

        long now = done(tags.now());
        assertThat(TagReading.isSameEpoch(first, now)).as("nothing was damaged").isTrue();
        assertThat(now - first).isBetween((long) told.size(), told.size() + 6L);
        assertThat(told.stream().map(line -> line.split(" ")[2])).doesNotHaveDuplicates();
        for (String line : told) {
            String[] parts = line.split(" ");
            TagReading reading = done(tags.read(List.of(parts[1])));
            TagChanger.require(parts[1], TagChange.Kind.valueOf(parts[0]), Long.parseLong(parts[2]), reading);
        }
    }

    /** All that the process said, but for a line that it had no time to finish. */
    private List<String> killAfter(Process process, int lines) throws IOException, InterruptedException {
        InputStream said = process.getInputStream();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int left = lines; left > 0; ) {
            int next = said.read();
            assertThat(next).as("a process ended by itself, %s", errors()).isNotNegative();
            all.write(next);
            left -= next == '\n' ? 1 : 0;
        }
        assertThat(process.toHandle().destroyForcibly()).isTrue(); // unlike the process's own, it leaves what was said
        said.transferTo(all);
        assertThat(process.waitFor()).as("killed, %s", errors()).isEqualTo(128 + 9);
        String text = all.toString(StandardCharsets.US_ASCII);
        return text.substring(0, text.lastIndexOf('\n')).lines().toList();
    }

    @Test
    void messagesOfAnotherProcessAreHeard() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        peers.cache(peers.peer().tier(), Hammer.NAMESPACE, Hammer.CACHE, heard);

        Process process = hammer(1);

        await().atMost(PATIENCE).until(() -> heard.stream().anyMatch(message -> message.startsWith("key k")));
        assertThat(heard).doesNotContain("gap");
        kill(process);
    }
}
