package dev.larder.file;

import static dev.larder.file.Peers.done;
import static dev.larder.file.Peers.moments;
import static dev.larder.file.Peers.removeTag;
import static dev.larder.file.Peers.tags;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.TagChange.Kind;
import dev.larder.file.FaultyDisk.Fault;
import dev.larder.file.FileTier.Machine;
import dev.larder.file.Peers.Peer;
import dev.larder.testkit.Seed;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a cache's tags: how it grows, what it forgets when it may not, and when it is swept. */
class TagFileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** The least bound there is, so that a table stays as small as it begins. */
    private static final String SMALL = "?maxBytes=256KiB";

    private static final int CELLS_AT_FIRST = TagHeader.LEAST_BINS * TagBin.CELLS;

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

    private Path file() {
        return Disks.named(folder, Names.TAGS);
    }

    private TagHeader header() throws IOException {
        return Disks.tagHeader(folder);
    }

    @Test
    void tagsOutliveTheProcesses() {
        long at = removeTag(peers.peer(), "t");
        peers.close();

        peers = new Peers(folder);

        assertThat(done(tags(peers.peer()).now())).isEqualTo(at);
        assertThat(moments(peers.peer(), "t").removedAt()).isEqualTo(at);
    }

    @Test
    void tableGrowsAndForgetsNothing() throws IOException {
        Peer one = peers.peer();
        Peer two = peers.peer();
        long seen = moments(two, "seen").removedAt();
        Map<String, Long> removedAt = new HashMap<>();

        for (int i = 0; i < 3_000; i++) {
            removedAt.put("t" + i, removeTag(i % 2 == 0 ? one : two, "t" + i));
        }

        TagReading reading = done(tags(two).read(removedAt.keySet()));
        removedAt.forEach((tag, at) -> assertThat(
                        Objects.requireNonNull(reading.tags().get(tag)).removedAt())
                .isEqualTo(at));
        assertThat(moments(one, "seen").removedAt()).isEqualTo(seen);
        assertThat(header().floor()).isLessThanOrEqualTo(seen);
        assertThat(Files.size(file())).isBetween(3_000L * TagRecord.BYTES, 3_000L * TagRecord.BYTES * 8);
        assertThat(Disks.files(folder, each -> each.endsWith(Names.TAGS))).hasSize(1);
        assertThat(Disks.temporary(folder)).isEmpty();
    }

    @Test
    void tableThatIsFullForgetsThoseFirstThatWereInvalidatedLongestAgo() throws IOException {
        Peer peer = peers.peer(SMALL);
        List<String> names = IntStream.range(0, 1_000).mapToObj(i -> "t" + i).toList();
        List<Long> removedAt = new ArrayList<>();

        names.forEach(tag -> removedAt.add(removeTag(peer, tag)));

        assertThat(Files.size(file())).isEqualTo(Usage.BLOCK);
        long floor = header().floor();
        assertThat(floor).isLessThan(removedAt.get(999));
        for (int i = 0; i < 1_000; i++) {
            long told = moments(peer, names.get(i)).removedAt();
            assertThat(told).as("t%d", i).isBetween(removedAt.get(i), Math.max(removedAt.get(i), floor));
        }
        assertThat(header().floor()).isEqualTo(floor); // who only asks takes nobody's cell
    }

    @Test
    void noRemovalIsLostWhateverIsAskedAndForgotten() {
        RandomGenerator random =
                Seed.of("noRemovalIsLostWhateverIsAskedAndForgotten").generator(0);
        List<Peer> all = List.of(peers.peer(SMALL), peers.peer(SMALL));
        Map<String, Long> removedAt = new HashMap<>();
        Map<String, Long> staleAt = new HashMap<>();

        for (int i = 0; i < 5_000; i++) {
            String tag = "t" + random.nextInt(3 * CELLS_AT_FIRST);
            Peer peer = all.get(random.nextInt(2));
            if (random.nextInt(4) == 0) {
                removedAt.put(tag, removeTag(peer, tag));
            } else if (random.nextInt(4) == 0) {
                staleAt.put(tag, done(tags(peer).change(tag, Kind.STALE)));
            } else {
                Moments told = moments(peer, tag);
                assertThat(told.removedAt()).isGreaterThanOrEqualTo(removedAt.getOrDefault(tag, 0L));
                assertThat(Math.max(told.removedAt(), told.staleAt()))
                        .isGreaterThanOrEqualTo(staleAt.getOrDefault(tag, 0L));
            }
        }
    }

    @Test
    void fullDiskTakesChangesAndForgetsSooner() throws IOException {
        Folder root = new Folder(folder);
        FaultyDisk faulty = new FaultyDisk(new LocalDisk(root));
        Peer peer = peers.peer(new Machine(faulty, new FolderClock(root), "boot"), 64 << 20);
        long first = done(tags(peer).now());
        faulty.fault = Fault.FULL;

        long last = first;
        for (int i = 0; i < 3 * CELLS_AT_FIRST; i++) {
            last = removeTag(peer, "t" + i);
            assertThat(moments(peer, "t" + i).removedAt()).isEqualTo(last);
        }

        assertThat(last).isEqualTo(first + 3 * CELLS_AT_FIRST);
        assertThat(Files.size(file())).isEqualTo(Usage.BLOCK);
        assertThat(moments(peer, "t0").removedAt()).isGreaterThanOrEqualTo(first + 1);
    }

    @Test
    void fileIsCountedAndSweptWhenNobodyUsedItForLonger() throws IOException {
        Peer peer = peers.peer();
        Peer sweeping = peers.peer();
        long before = removeTag(peer, "t");
        Usage usage = sweeping.tier().resources().usage();
        await().atMost(PATIENCE).until(usage::isCounted);
        FileTime now = Files.getLastModifiedTime(file());
        usage.bring();
        peer.tier().resources().usage().bring();

        FileTime young = age(now, 30);
        assertThat(sweep(sweeping)).isEqualTo(Usage.BLOCK);
        assertThat(Files.getLastModifiedTime(file())).isEqualTo(young);

        age(now, 32);
        assertThat(sweep(sweeping)).isZero();
        assertThat(Disks.files(folder, each -> each.endsWith(Names.TAGS))).isEmpty();
        assertThat(TagReading.isSameEpoch(before, done(tags(peer).now()))).isFalse();
    }

    private FileTime age(FileTime now, int days) throws IOException {
        FileTime old =
                FileTime.fromMillis(now.toMillis() - Duration.ofDays(days).toMillis());
        Files.setLastModifiedTime(file(), old);
        return old;
    }

    private static long sweep(Peer peer) throws IOException {
        Walk walk = Walk.counting(peer.tier().resources());
        boolean goesOn = true;
        while (goesOn) {
            goesOn = walk.step(1_000);
        }
        return walk.bytes();
    }

    @Test
    void lookAtTheClockKeepsTheFileFromBeingSwept() throws IOException {
        Peer peer = peers.peer();
        done(tags(peer).now());
        FileTime now = Files.getLastModifiedTime(file());
        FileTime old = age(now, 2);

        done(tags(peer).now());

        assertThat(Files.getLastModifiedTime(file())).isGreaterThan(old);
    }
}
