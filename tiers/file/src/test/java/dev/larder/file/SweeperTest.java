package dev.larder.file;

import static dev.larder.file.Peers.done;
import static dev.larder.file.Peers.read;
import static dev.larder.file.Peers.store;
import static dev.larder.file.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.file.Peers.Peer;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bound, and what is removed because nobody needs it. */
class SweeperTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long MAX_BYTES = 1 << 20;
    private static final String ONE_MEGABYTE = "?maxBytes=1MiB";

    @TempDir
    private Path disk;

    private Path folder;
    private Peers peers;

    @BeforeEach
    void open() {
        folder = disk.resolve("shop");
        peers = new Peers(folder);
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private static void age(Path file, long minutes) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() - TimeUnit.MINUTES.toMillis(minutes)));
    }

    private Path fileOf(Peer peer, String key) {
        List<Path> before = Disks.values(folder);
        store(peer, key, value("v", -1));
        return Disks.values(folder).stream()
                .filter(file -> !before.contains(file))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void boundHoldsWhileSeveralProcessesStore() {
        List<Peer> all = List.of(peers.peer(ONE_MEGABYTE), peers.peer(ONE_MEGABYTE), peers.peer(ONE_MEGABYTE));

        for (int i = 0; i < 1_500; i++) {
            store(all.get(i % 3), "k" + i, "v".repeat(1 + i % 7_000));
            if (i % 50 == 0) {
                assertThat(Disks.allocated(folder)).isLessThanOrEqualTo(MAX_BYTES);
            }
        }

        assertThat(Disks.allocated(folder)).isLessThanOrEqualTo(MAX_BYTES).isGreaterThan(MAX_BYTES / 4);
    }

    @Test
    void thoseNotUsedForLongestLeaveFirst() throws IOException {
        Peer peer = peers.peer(ONE_MEGABYTE);
        Map<String, Path> files = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Path file = fileOf(peer, "k" + i);
            files.put("k" + i, file);
            age(file, i);
        }
        for (int i = 0; i < 200; i++) {
            if (i % 20 == 0) {
                Peer other = peers.peer(ONE_MEGABYTE);
                assertThat(read(other, "k" + i)).isEqualTo("v"); // used now, by a process that has not noted it yet
            }
        }

        for (int i = 200; i < 240; i++) {
            store(peer, "k" + i, value("v", -1));
        }

        await().atMost(PATIENCE).until(() -> Disks.allocated(folder) <= MAX_BYTES / 10 * 8);
        for (int i = 0; i < 200; i++) {
            boolean isThere = Files.exists(files.get("k" + i));
            if (i % 20 == 0 || i < 120) {
                assertThat(isThere).as("k%d", i).isTrue();
            } else if (i > 180) {
                assertThat(isThere).as("k%d", i).isFalse();
            }
        }
    }

    @Test
    void valueLargerThanTheBoundIsHandedBackAndNotKept() {
        Peer peer = peers.peer(ONE_MEGABYTE);
        store(peer, "small", "v");

        store(peer, "k", "v".repeat(2 << 20));

        assertThat(read(peer, "k")).isNull();
        assertThat(read(peer, "small")).isEqualTo("v");
        store(peer, "k", "fits");
        assertThat(read(peer, "k")).isEqualTo("fits");
    }

    @Test
    void oldGenerationsAreRemovedWithAllTheyHold() {
        Peer peer = peers.peer();
        for (int i = 0; i < 300; i++) {
            store(peer, "k" + i, "v");
        }
        Peers.lease(peer, "leased", 60_000);

        done(peer.cache().clear());

        assertThat(read(peer, "k1")).isNull();
        await().atMost(PATIENCE)
                .until(() ->
                        Disks.values(folder).isEmpty() && Disks.leases(folder).isEmpty());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(generations()).isEmpty());
        store(peer, "k", "new");
        assertThat(read(peer, "k")).isEqualTo("new");
    }

    private List<Path> generations() throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(path ->
                            Names.GENERATION.matcher("" + path.getFileName()).matches())
                    .toList();
        }
    }

    @Test
    void rebuildOfAProcessThatDiedIsSweptAndTheOldGenerationStays() throws IOException {
        Peer peer = peers.peer();
        store(peer, "k", "old");
        Path control = Disks.named(folder, Names.CONTROL);
        FarRebuild rebuild = done(peer.cache().rebuild());
        done(rebuild.write(Map.of("row", value("v"))));
        assertThat(generations()).hasSize(2);
        Control now = java.util.Objects.requireNonNull(Control.decode(Files.readAllBytes(control)));
        Control.Rebuild running = java.util.Objects.requireNonNull(now.next());

        Moment.Span over = new Moment.Span(running.term().era(), 1, 1);
        Path temporary = control.resolveSibling(Names.temporary());
        Files.write(
                temporary,
                new Control(now.current(), new Control.Rebuild(running.generation(), running.token(), over)).encode());
        Files.move(temporary, control, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        done(peers.cache(peer.tier(), "others", new java.util.ArrayList<>()).clear());

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(generations()).hasSize(1));
        assertThat(read(peer, "k")).isEqualTo("old");
        assertThat(done(rebuild.commit())).isFalse();
        assertThat(read(peer, "k")).isEqualTo("old");
    }

    @Test
    void tombstonesOfARunningRebuildAreNotSwept() {
        Peer peer = peers.peer();
        store(peer, "k", "old");
        Peer sweptToo = new Peer(peer.tier(), peers.cache(peer.tier(), "others", List.of()), List.of());
        store(sweptToo, "k", "v");
        FarRebuild rebuild = done(peer.cache().rebuild());
        done(peer.cache().invalidate(List.of("k")));

        for (int sweep = 0; sweep < 2; sweep++) { // the second begins after the first, which may have begun too early
            done(sweptToo.cache().clear());
            store(sweptToo, "k", "v");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(generations()).hasSize(3));
        }

        assertThat(done(rebuild.write(Map.of("k", value("row from before"))))).isOne();
        assertThat(done(rebuild.commit())).isTrue();
        assertThat(read(peer, "k")).isNull();
    }

    @Test
    void whatDeadProcessesLeftHalfWrittenGoesWhenItIsOld() throws IOException {
        Peer peer = peers.peer();
        Path value = fileOf(peer, "k");
        Path old = Files.write(value.resolveSibling(Names.temporary()), new byte[10]);
        Path older = Files.write(folder.resolve(Names.temporary()), new byte[10]);
        Path young = Files.write(value.resolveSibling(Names.temporary()), new byte[10]);
        Path foreign = Files.write(value.resolveSibling("notes.txt"), new byte[10]);
        age(old, 11);
        age(older, 11);
        age(foreign, 10_000);

        done(peers.cache(peer.tier(), "others", new java.util.ArrayList<>()).clear());

        await().atMost(PATIENCE).until(() -> !Files.exists(old) && !Files.exists(older));
        assertThat(young).exists();
        assertThat(foreign).exists();
        assertThat(read(peer, "k")).isEqualTo("v");
    }

    @Test
    void whatExpiredLongUnusedGoes() throws IOException {
        Peer peer = peers.peer();
        store(peer, "k", value("v", 1));
        Peers.lease(peer, "leased", 1);
        fileOf(peer, "stays");
        for (Path file : Disks.files(
                folder, each -> Names.ENTRY.matcher("" + each.getFileName()).matches())) {
            age(file, 11);
        }

        done(peers.cache(peer.tier(), "others", new java.util.ArrayList<>()).clear());

        await().atMost(PATIENCE)
                .until(() ->
                        Disks.values(folder).size() == 1 && Disks.leases(folder).isEmpty());
        assertThat(read(peer, "stays")).isEqualTo("v");
    }

    @Test
    void bigRebuildStaysWithinTheBound() {
        Peer peer = peers.peer(ONE_MEGABYTE);
        for (int i = 0; i < 100; i++) {
            store(peer, "k" + i, value("v", -1));
        }
        FarRebuild rebuild = done(peer.cache().rebuild());

        for (int portion = 0; portion < 10; portion++) {
            Map<String, FarValue> rows = new HashMap<>();
            int from = portion * 100;
            IntStream.range(from, from + 100).forEach(i -> rows.put("k" + i, value("row")));
            done(rebuild.write(rows));
            assertThat(Disks.allocated(folder)).isLessThanOrEqualTo(MAX_BYTES);
        }

        assertThat(done(rebuild.commit())).isTrue();
        assertThat(Disks.values(folder)).isNotEmpty();
    }

    @Test
    void agesTellFromWhichOnFilesMustLeave() {
        Ages ages = new Ages();
        for (int minute = 0; minute < 1_000; minute++) {
            ages.add(minute * 60_000L, 4_096);
        }

        Ages.Cutoff cutoff = ages.cutoff(100 * 4_096);

        assertThat(ages.total()).isEqualTo(1_000 * 4_096);
        assertThat(cutoff.part()).isEqualTo(Ages.part(900 * 60_000L));
        assertThat(cutoff.bytesWithin()).isPositive();
        assertThat(ages.cutoff(Long.MAX_VALUE)).isEqualTo(new Ages.Cutoff(0, 4_096));
        int last = -1;
        for (long age = 0; age < 1L << 50; age += 1 + age / 7) {
            assertThat(Ages.part(age)).isGreaterThanOrEqualTo(last);
            last = Ages.part(age);
        }
        assertThat(Ages.part(-5)).isZero();
        assertThat(Ages.part(Long.MAX_VALUE)).isLessThan(64 * 64);
    }
}
