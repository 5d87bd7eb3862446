package dev.larder.file;

import static dev.larder.file.Peers.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.TagChange.Kind;
import dev.larder.file.FaultyDisk.Fault;
import dev.larder.file.FileTier.Machine;
import dev.larder.file.Peers.Peer;
import dev.larder.testkit.Seed;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

/** The file of a cache's tags: its bound, and what becomes of it when it is damaged, missing, old or just being written. */
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

    private static FarTags tags(Peer peer) {
        return Objects.requireNonNull(peer.cache().tags());
    }

    private static long remove(Peer peer, String tag) {
        return done(tags(peer).change(tag, Kind.REMOVED));
    }

    private static Moments moments(Peer peer, String tag) {
        return Objects.requireNonNull(done(tags(peer).read(List.of(tag))).tags().get(tag));
    }

    private Path file() {
        return Disks.named(folder, Names.TAGS);
    }

    /** Everybody goes on in a new epoch, in which no tag was removed later than it begins. */
    private static void assertNewEpoch(String description, long before, Peer... all) {
        long now = done(tags(all[0]).read(List.of("t"))).clock();
        assertThat(TagReading.isSameEpoch(before, now)).as(description).isFalse();
        for (Peer peer : all) {
            assertThat(done(tags(peer).now())).as(description).isEqualTo(now);
            assertThat(moments(peer, "t").removedAt()).as(description).isEqualTo(now);
        }
    }

    @Test
    void everyDamagedByteOfTheHeaderBeginsANewEpoch() throws IOException {
        Peer one = peers.peer();
        Peer two = peers.peer();

        for (int i = 0; i < TagHeader.BYTES; i++) {
            long before = remove(one, "t");
            byte[] bytes = Files.readAllBytes(file());
            bytes[i] ^= 0x10;
            Files.write(file(), bytes);
            assertNewEpoch("byte " + i, before, one, two);
        }
    }

    @Test
    void everyDamagedByteOfARecordBeginsANewEpochWhenItIsLookedAt() throws IOException {
        Peer one = peers.peer();
        Peer two = peers.peer();

        for (int i = 0; i < TagRecord.BYTES; i++) {
            byte[] without = emptied(one);
            long before = remove(one, "t");
            byte[] bytes = Files.readAllBytes(file());
            bytes[cellOf(without, bytes) + i] ^= 0x01;
            Files.write(file(), bytes);
            assertNewEpoch("byte " + i, before, two, one);
        }
    }

    private byte[] emptied(Peer peer) throws IOException {
        Files.deleteIfExists(file(peer));
        done(tags(peer).now());
        return Files.readAllBytes(file());
    }

    private Path file(Peer peer) {
        done(tags(peer).now());
        return file();
    }

    /** Where two files first differ behind the header. */
    private static int cellOf(byte[] one, byte[] other) {
        int start = TagHeader.offset(0);
        int at = Arrays.mismatch(one, start, one.length, other, start, other.length);
        return start + at / TagRecord.BYTES * TagRecord.BYTES;
    }

    @Test
    void cellFilledWithZerosIsNoFreeCell() throws IOException {
        Peer peer = peers.peer();
        byte[] without = emptied(peer);
        long before = remove(peer, "t");
        byte[] bytes = Files.readAllBytes(file());
        int cell = cellOf(without, bytes);

        Arrays.fill(bytes, cell, cell + TagRecord.BYTES, (byte) 0);
        Files.write(file(), bytes);

        assertNewEpoch("zeros", before, peer);
    }

    @Test
    void freeCellOfAnEarlierFileIsNoFreeCell() throws IOException {
        Peer peer = peers.peer();
        byte[] earlier = emptied(peer);
        byte[] without = emptied(peer);
        long before = remove(peer, "t");
        byte[] bytes = Files.readAllBytes(file());
        int cell = cellOf(without, bytes);

        System.arraycopy(earlier, cell, bytes, cell, TagRecord.BYTES);
        Files.write(file(), bytes);

        assertNewEpoch("another file's cell", before, peer);
    }

    @Test
    void everyCutBeginsANewEpoch() throws IOException {
        Peer one = peers.peer();
        Peer two = peers.peer();

        for (int length : new int[] {0, 1, TagHeader.BYTES - 1, TagHeader.BYTES, 512, 1_000, 4_095}) {
            long before = remove(one, "t");
            Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), length));
            assertNewEpoch("cut to " + length, before, one, two);
        }
    }

    @Test
    void missingFileBeginsANewEpoch() throws IOException {
        Peer one = peers.peer();
        Peer two = peers.peer();
        long before = remove(one, "t");

        Files.delete(file());
        assertNewEpoch("missing", before, two, one);

        long again = remove(one, "t");
        Files.move(folder, disk.resolve("elsewhere"));
        assertNewEpoch("all missing", again, one);
    }

    @Test
    void olderCopyPutBackBeginsANewEpoch() throws IOException {
        Peer peer = peers.peer();
        long before = remove(peer, "t");
        byte[] copy = Files.readAllBytes(file());
        remove(peer, "t");

        Files.write(file(), copy);
        assertNewEpoch("in place", before, peer);

        long again = remove(peer, "t");
        copy = Files.readAllBytes(file());
        remove(peer, "t");
        Files.delete(file(peer));
        Files.write(folder.resolve("copy"), copy);
        Files.move(folder.resolve("copy"), controlFolder().resolve(Names.TAGS));
        assertNewEpoch("under its name", again, peer);
    }

    private Path controlFolder() {
        done(peers.peer().cache().get("k")); // makes the control file
        return Objects.requireNonNull(Disks.named(folder, Names.CONTROL).getParent());
    }

    @Test
    void machineThatWasStartedAgainBeginsANewEpoch() {
        Folder root = new Folder(folder);
        Peer before = peers.peer(new Machine(new LocalDisk(root), new FolderClock(root), "boot 1"), 64 << 20);
        long at = remove(before, "t");
        peers.close();

        peers = new Peers(folder);
        Peer after = peers.peer(new Machine(new LocalDisk(root), new FolderClock(root), "boot 2"), 64 << 20);

        assertNewEpoch("started again", at, after);
    }

    @Test
    void tagsOutliveTheProcesses() {
        long at = remove(peers.peer(), "t");
        peers.close();

        peers = new Peers(folder);

        assertThat(done(tags(peers.peer()).now())).isEqualTo(at);
        assertThat(moments(peers.peer(), "t").removedAt()).isEqualTo(at);
    }

    @Test
    void clockThatCannotBeRaisedBeginsANewEpoch() throws IOException {
        Peer peer = peers.peer();
        long before = done(tags(peer).now());
        TagHeader header = header();
        header = header.at(header.clock() | 0xFFFF_FFFFL);

        try (TagTable table = Objects.requireNonNull(TagTable.open(file()))) {
            table.write(header);
        }

        assertNewEpoch("spent", before, peer);
    }

    private TagHeader header() throws IOException {
        byte[] start = Arrays.copyOf(Files.readAllBytes(file()), TagHeader.BYTES);
        return Objects.requireNonNull(TagHeader.decode(start));
    }

    @Test
    void writerThatDiedInTheMiddleOfAChangeLeavesWhatWasThere() throws IOException {
        Peer one = peers.peer();
        long removed = remove(one, "t");
        TagHeader header = header();

        try (TagTable table = Objects.requireNonNull(TagTable.open(file()))) {
            table.write(header.at(removed + 1)); // what comes first
        }

        assertThat(done(tags(one).now())).isEqualTo(removed + 1);
        assertThat(moments(one, "t").removedAt()).isEqualTo(removed);
        assertThat(remove(one, "t")).isEqualTo(removed + 2);
    }

    @Test
    void tableGrowsAndForgetsNothing() throws IOException {
        Peer one = peers.peer();
        Peer two = peers.peer();
        long seen = moments(two, "seen").removedAt();
        Map<String, Long> removedAt = new HashMap<>();

        for (int i = 0; i < 3_000; i++) {
            removedAt.put("t" + i, remove(i % 2 == 0 ? one : two, "t" + i));
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

        names.forEach(tag -> removedAt.add(remove(peer, tag)));

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
                removedAt.put(tag, remove(peer, tag));
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
            last = remove(peer, "t" + i);
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
        long before = remove(peer, "t");
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
        assertNewEpoch("swept", before, peer);
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

    @Test
    void linkInThePlaceOfTheFileIsReplacedAndNotFollowed() throws IOException {
        Peer peer = peers.peer();
        long before = remove(peer, "t");
        Path victim = Files.move(file(), disk.resolve("victim"));
        byte[] bytes = Files.readAllBytes(victim);
        Files.createSymbolicLink(controlFolder().resolve(Names.TAGS), victim);

        remove(peer, "t");

        assertThat(TagReading.isSameEpoch(before, done(tags(peer).now()))).isFalse();
        assertThat(Files.readAllBytes(victim)).isEqualTo(bytes);
        assertThat(Files.isSymbolicLink(file())).isFalse();
    }

    @Test
    void damagedEntryThatWasSeenIsRetired() throws IOException {
        Peer peer = peers.peer();
        Peers.store(peer, "k", "v");
        FarValue sound = Objects.requireNonNull(done(peer.cache().get("k")));
        Path value = Disks.values(folder).get(0);
        Files.write(value, new byte[] {1, 2, 3}, StandardOpenOption.TRUNCATE_EXISTING);
        FarValue seen = Objects.requireNonNull(done(peer.cache().get("k")));

        done(peer.cache().retire("k", sound, 0));
        assertThat(value).exists();
        done(peer.cache().retire("k", seen, 60_000));

        assertThat(value).doesNotExist();
    }
}
