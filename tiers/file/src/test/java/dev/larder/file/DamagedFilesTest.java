package dev.larder.file;

import static dev.larder.file.Peers.done;
import static dev.larder.file.Peers.read;
import static dev.larder.file.Peers.store;
import static dev.larder.file.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.file.Peers.Peer;
import dev.larder.stats.Count;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what was written (promise G10): a miss, counted, overwritten, and never an exception. */
class DamagedFilesTest {
    @TempDir
    private Path disk;

    private Path folder;
    private Peers peers;
    private Peer peer;

    @BeforeEach
    void open() {
        folder = disk.resolve("shop");
        peers = new Peers(folder);
        peer = peers.peer();
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private void assertMiss(String description) {
        FarValue found = done(peer.cache().get("k"));
        if (found != null) {
            assertThat(found.bytes()).as(description).isEmpty();
        }
        Acquired answer = done(peer.cache().acquire("k", new LeaseRequest(Tokens.next(), 1, 0)));
        assertThat(answer).as(description).isNotInstanceOf(Acquired.Hit.class);
    }

    @Test
    void everyDamagedByteMakesAMiss() throws IOException {
        store(peer, "k", "value");
        Path file = Disks.values(folder).get(0);
        byte[] sound = Files.readAllBytes(file);

        for (int i = 0; i < sound.length; i++) {
            for (int bit : new int[] {1, 0x80, 0xFF}) {
                byte[] damaged = sound.clone();
                damaged[i] ^= (byte) bit;
                Files.write(file, damaged);
                assertMiss("byte " + i + " changed by " + bit);
            }
        }
        Files.write(file, sound);
        assertThat(read(peer, "k")).isEqualTo("value");
    }

    @Test
    void everyTruncationAndAnyMoreBytesMakeAMiss() throws IOException {
        store(peer, "k", "value");
        Path file = Disks.values(folder).get(0);
        byte[] sound = Files.readAllBytes(file);

        for (int length = 0; length < sound.length; length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            assertMiss("cut to " + length);
        }
        Files.write(file, Arrays.copyOf(sound, sound.length + 1));
        assertMiss("one byte more");
    }

    @Test
    void damagedValueIsOverwrittenByTheNextFill() throws IOException {
        store(peer, "k", "value");
        Files.write(Disks.values(folder).get(0), new byte[] {1, 2, 3});

        store(peer, "k", "new");

        assertThat(read(peer, "k")).isEqualTo("new");
    }

    @Test
    void damagedLeaseIsNoLeaseSoThatItsHolderCannotStore() throws IOException {
        String token = Peers.lease(peer, "k", 60_000);
        Path file = Disks.leases(folder).get(0);
        byte[] sound = Files.readAllBytes(file);

        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            assertThat(done(peer.cache().fill("k", token, value("v"))))
                    .as("byte %d", i)
                    .isFalse();
        }
        Files.write(file, sound);
        assertThat(done(peer.cache().fill("k", token, value("v")))).isTrue();
    }

    @Test
    void damagedControlFileMakesTheCacheEmptyAndUsable() throws IOException {
        store(peer, "k", "old");
        Path control = Disks.named(folder, Names.CONTROL);
        byte[] sound = Files.readAllBytes(control);

        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = Files.readAllBytes(control);
            damaged[i] ^= 0x20;
            replace(control, damaged);
            assertThat(read(peer, "k")).as("byte %d", i).isNull();
        }
        store(peer, "k", "new");
        assertThat(read(peers.peer(), "k")).isEqualTo("new");
    }

    @Test
    void clockDamagedWhileNobodyRanMakesAllVoidAndUsable() throws IOException {
        store(peer, "k", "old");
        peers.close();
        replace(Disks.named(folder, Names.CLOCK), new byte[] {1, 2, 3});

        peers = new Peers(folder);
        Peer next = peers.peer();
        assertThat(read(next, "k")).isNull();
        store(next, "k", "new");

        assertThat(read(next, "k")).isEqualTo("new");
    }

    @Test
    void fileOfAnotherKeyWithTheSameHashIsAMiss() throws IOException {
        store(peer, "k", "value");
        store(peer, "other", "value");
        List<Path> files = Disks.values(folder);
        assertThat(files).hasSize(2);

        Files.write(files.get(0), Files.readAllBytes(files.get(1)));

        List<String> keys = List.of("k", "other");
        assertThat(done(peer.cache().getAll(keys))).hasSize(1);
    }

    @Test
    void folderInThePlaceOfAFileIsAMiss() throws IOException {
        store(peer, "k", "value");
        Path file = Disks.values(folder).get(0);
        Files.delete(file);
        Files.createDirectory(file);

        assertMiss("a folder");
    }

    @Test
    void removedFolderIsMadeAgain() throws IOException {
        store(peer, "k", "old");
        Files.move(folder, disk.resolve("elsewhere"));

        assertThat(read(peer, "k")).isNull();
        store(peer, "k", "new");

        assertThat(read(peer, "k")).isEqualTo("new");
        assertThat(Files.exists(folder.resolve(Names.LOCK))).isTrue();
        Peer other = peers.peer();
        store(other, "other", "v");
        assertThat(read(other, "other")).isEqualTo("v");
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(read(peer, "other")).isEqualTo("v"));
    }

    @Test
    void unreadableFilesAreCountedByTheCache() throws IOException {
        AtomicInteger loads = new AtomicInteger();
        try (Larder larder = Larder.builder()
                .tiers("file:" + folder)
                .tierTimeout(Duration.ofSeconds(10))
                .open()) {
            Cache<String, String> cache = larder.cache("shown", String.class, String.class)
                    .timeToLive(Duration.ofHours(1))
                    .loader(key -> "load " + loads.incrementAndGet())
                    .build();
            assertThat(cache.get("k")).isEqualTo("load 1");
            assertThat(cache.get("k")).isEqualTo("load 1");
            Path file = Disks.values(folder).get(0);

            Files.write(file, new byte[] {'L', 'F', 'V', 99});

            assertThat(cache.get("k")).isEqualTo("load 2");
            assertThat(cache.stats().of(Count.UNREADABLE)).isPositive();
            assertThat(cache.get("k")).isEqualTo("load 2");
        }
    }

    /** As processes do it: with another file under the same name. */
    private static void replace(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling(Names.temporary());
        Files.write(temporary, bytes);
        Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
