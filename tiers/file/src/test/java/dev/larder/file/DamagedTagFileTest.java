package dev.larder.file;

import static dev.larder.file.Peers.done;
import static dev.larder.file.Peers.moments;
import static dev.larder.file.Peers.removeTag;
import static dev.larder.file.Peers.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.bus.TagChange;
import dev.larder.file.FileTier.Machine;
import dev.larder.file.Peers.Peer;
import dev.larder.tier.FarValue;
import dev.larder.tier.TagReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of tags that is damaged, missing, of another time or half written: a new epoch, and never an older state. */
class DamagedTagFileTest {
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
            long before = removeTag(one, "t");
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
            long before = removeTag(one, "t");
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
        long before = removeTag(peer, "t");
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
        long before = removeTag(peer, "t");
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
            long before = removeTag(one, "t");
            Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), length));
            assertNewEpoch("cut to " + length, before, one, two);
        }
    }

    @Test
    void missingFileBeginsANewEpoch() throws IOException {
        Peer one = peers.peer();
        Peer two = peers.peer();
        long before = removeTag(one, "t");

        Files.delete(file());
        assertNewEpoch("missing", before, two, one);

        long again = removeTag(one, "t");
        Files.move(folder, disk.resolve("elsewhere"));
        assertNewEpoch("all missing", again, one);
    }

    @Test
    void olderCopyPutBackBeginsANewEpoch() throws IOException {
        Peer peer = peers.peer();
        long before = removeTag(peer, "t");
        byte[] copy = Files.readAllBytes(file());
        removeTag(peer, "t");

        Files.write(file(), copy);
        assertNewEpoch("in place", before, peer);

        long again = removeTag(peer, "t");
        copy = Files.readAllBytes(file());
        removeTag(peer, "t");
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
        long at = removeTag(before, "t");
        peers.close();

        peers = new Peers(folder);
        Peer after = peers.peer(new Machine(new LocalDisk(root), new FolderClock(root), "boot 2"), 64 << 20);

        assertNewEpoch("started again", at, after);
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

    @Test
    void writerThatDiedInTheMiddleOfAChangeLeavesWhatWasThere() throws IOException {
        Peer one = peers.peer();
        long removed = removeTag(one, "t");
        TagHeader header = header();

        try (TagTable table = Objects.requireNonNull(TagTable.open(file()))) {
            table.write(header.at(removed + 1)); // what comes first
        }

        assertThat(done(tags(one).now())).isEqualTo(removed + 1);
        assertThat(moments(one, "t").removedAt()).isEqualTo(removed);
        assertThat(removeTag(one, "t")).isEqualTo(removed + 2);
    }

    @Test
    void linkInThePlaceOfTheCachesFolderIsRefused() throws IOException {
        removeTag(peers.peer(), "t");
        Path own = Objects.requireNonNull(file().getParent());
        Files.move(own, disk.resolve("victim"));
        Files.createSymbolicLink(own, disk.resolve("victim"));
        Peer another = peers.peer();

        assertThat(Peers.failure(tags(another).now())).hasMessageContaining("symbolic link");
        assertThat(Peers.failure(tags(another).change("t", TagChange.Kind.REMOVED)))
                .hasMessageContaining("symbolic link");
    }

    @Test
    void linkInThePlaceOfTheFileIsReplacedAndNotFollowed() throws IOException {
        Peer peer = peers.peer();
        long before = removeTag(peer, "t");
        Path victim = Files.move(file(), disk.resolve("victim"));
        byte[] bytes = Files.readAllBytes(victim);
        Files.createSymbolicLink(controlFolder().resolve(Names.TAGS), victim);

        removeTag(peer, "t");

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
