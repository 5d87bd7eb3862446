package dev.larder.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of stores that nobody disturbs, and files that are not what they should be. */
class SnapshotTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong(Content.NOW);

    private OffHeapStore store(long seed) {
        return new OffHeapStore(Content.config(now, seed));
    }

    private Path file() {
        return folder.resolve("store.snapshot");
    }

    private LoadReport load(OffHeapStore store) throws IOException {
        return Snapshots.load(store, file(), Progress.NONE);
    }

    @Test
    void whatHasTagsOrAStaleTimeIsLeftOut() throws IOException {
        try (OffHeapStore store = store(1);
                OffHeapStore other = store(2)) {
            try (Entry tagged = store.entry().open(0, Slice.of("tagged"))) {
                tagged.set(Slice.of("v"), Entry.NEVER);
                tagged.leases().addTags(List.of(Slice.of("tag")));
            }
            try (Entry plain = store.entry().open(0, Slice.of("plain"))) {
                plain.set(Slice.of("v"), Entry.NEVER);
            }

            assertThat(Snapshots.save(store, file()).leftOut()).isEqualTo(1);
            load(other);

            assertThat(other.size(0)).isEqualTo(1);
        }
    }

    @Test
    void whatWasSavedIsLoaded() throws IOException {
        System.out.println("seed " + SEED);
        try (OffHeapStore store = store(1);
                OffHeapStore other = store(2)) {
            Content.fill(store, new Random(SEED), 400);
            Map<String, String> content = Content.of(store);

            SaveReport saved = Snapshots.save(store, file());
            LoadReport loaded = load(other);

            assertThat(saved).isEqualTo(new SaveReport(400, 0, Files.size(file())));
            assertThat(loaded).isEqualTo(new LoadReport(400, 400, 0, 0, 0, 0));
            assertThat(Content.of(other)).isEqualTo(content);
            assertThat(Content.of(store)).isEqualTo(content);
            assertThat(other.isLoading()).isFalse();
        }
    }

    @Test
    void emptyStoreIsASnapshotToo() throws IOException {
        try (OffHeapStore store = store(1)) {
            Snapshots.save(store, file());

            assertThat(load(store)).isEqualTo(new LoadReport(0, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void heatIsKept() throws IOException {
        try (OffHeapStore store = store(1);
                OffHeapStore other = store(2)) {
            Content.set(store, 0, "old", "1");
            now.addAndGet(3_600_000);
            store.expireSome(1);
            Content.set(store, 0, "new", "1");
            Snapshots.save(store, file());
            other.expireSome(1);
            load(other);

            try (Entry open = other.entry().open(0, Slice.of("old"))) {
                assertThat(open.idleMillis()).isBetween(3_500_000L, 3_700_000L);
            }
        }
    }

    @Test
    void expiredEntriesAreLeftOutOnBothWays() throws IOException {
        try (OffHeapStore store = store(1);
                OffHeapStore other = store(2)) {
            Content.set(store, 0, "over", "1", now.get() + 10);
            Content.set(store, 0, "soon over", "1", now.get() + 1_000);
            Content.set(store, 0, "long over", "x".repeat(400_000), now.get() + 1_000);
            Content.set(store, 0, "stays", "1", now.get() + 100_000);
            now.addAndGet(100);

            assertThat(Snapshots.save(store, file()).entries()).isEqualTo(3);
            now.addAndGet(10_000);

            assertThat(load(other)).isEqualTo(new LoadReport(3, 1, 2, 0, 0, 0));
            assertThat(Content.of(other)).containsOnlyKeys("0:stays");
        }
    }

    @Test
    void damageCostsItsBlockAlone() throws IOException {
        try (OffHeapStore store = store(1)) {
            for (int i = 0; i < 10_000; i++) {
                Content.set(store, 0, "key" + i, "value" + i + "x".repeat(100));
            }
            Snapshots.save(store, file());
        }
        byte[] sound = Files.readAllBytes(file());
        Map<String, String> content;
        try (OffHeapStore store = store(2)) {
            load(store);
            content = Content.of(store);
        }
        int second = (int) Format.aligned(Format.ALIGNMENT + Format.BLOCK_HEAD + Format.BLOCK_BYTES);
        for (int at : new int[] {second + 5, second + 2_000, second + 22, second + 100_000}) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 4;
            Files.write(file(), damaged);
            try (OffHeapStore store = store(3)) {
                LoadReport report = load(store);

                assertThat(report.damagedBlocks()).isEqualTo(1);
                assertThat(report.loaded()).isBetween(6_000L, 9_500L);
                assertThat(content).containsAllEntriesOf(Content.of(store));
            }
        }
    }

    @Test
    void randomDamageNeverMakesAValueUp() throws IOException {
        Random random = new Random(SEED);
        Map<String, String> content;
        try (OffHeapStore store = store(1)) {
            Content.fill(store, random, 120);
            content = Content.of(store);
            Snapshots.save(store, file());
        }
        byte[] sound = Files.readAllBytes(file());
        for (int i = 0; i < 25; i++) {
            byte[] damaged = sound.clone();
            for (int flips = random.nextInt(5); flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file(), damaged);
            try (OffHeapStore store = store(3)) {
                load(store);
                assertThat(content).containsAllEntriesOf(Content.of(store));
            } catch (UnusableSnapshotException e) {
                assertThat(e).hasMessageContaining("damaged");
            }
        }
    }

    @Test
    void entryThatABlockOfIsMissingIsLeftOut() throws IOException {
        try (OffHeapStore store = store(1)) {
            Content.set(store, 0, "long", "0123456789".repeat(200_000));
            Content.set(store, 0, "short", "1");
            Snapshots.save(store, file());
        }
        byte[] bytes = Files.readAllBytes(file());
        bytes[bytes.length / 2] ^= 1;
        Files.write(file(), bytes);
        try (OffHeapStore store = store(2)) {
            LoadReport report = load(store);

            assertThat(report.damagedBlocks()).isEqualTo(1);
            assertThat(Content.of(store)).containsOnlyKeys("0:short");
        }
    }

    @Test
    void cutOffFileIsRefused() throws IOException {
        try (OffHeapStore store = store(1)) {
            Content.fill(store, new Random(1), 100);
            Snapshots.save(store, file());
        }
        byte[] bytes = Files.readAllBytes(file());
        for (int length : new int[] {4_096, 4_200, bytes.length / 2, bytes.length - 4_096, bytes.length - 1}) {
            Files.write(file(), java.util.Arrays.copyOf(bytes, length));
            try (OffHeapStore store = store(2)) {
                assertThatThrownBy(() -> load(store))
                        .isInstanceOf(UnusableSnapshotException.class)
                        .hasMessage("snapshot '" + file() + "' must end with its end block but has none after " + length
                                + " bytes: it was cut off, or its end is damaged");
                assertThat(store.size(0)).isZero();
                assertThat(store.isLoading()).isFalse();
            }
        }
    }

    @Test
    void foreignAndNewerFilesAreRefused() throws IOException {
        try (OffHeapStore store = store(1)) {
            for (String text : new String[] {"", "REDIS0011", "x".repeat(10_000)}) {
                Files.writeString(file(), text);
                assertThatThrownBy(() -> load(store))
                        .isInstanceOf(UnusableSnapshotException.class)
                        .hasMessageEndingWith(
                                "must begin with LARDSNAP but begins with other bytes: it is not one of" + " Larder's");
            }
            Snapshots.save(store, file());
            byte[] bytes = Files.readAllBytes(file());
            bytes[8] = 2;
            Files.write(file(), bytes);
            assertThatThrownBy(() -> load(store)).hasMessageEndingWith("must be of version 1 but is of version 2");
            assertThatThrownBy(() -> Snapshots.load(store, folder.resolve("none"), Progress.NONE))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        try (OffHeapStore store = store(1)) {
            Snapshots.save(store, file());
            if (Files.getFileStore(file()).supportsFileAttributeView("posix")) {
                assertThat(Files.getPosixFilePermissions(file())).hasSize(2);
            }
        }
    }

    @Test
    void failedSaveLeavesTheOneBeforeAndNothingElse() throws IOException {
        Path taken = folder.resolve("taken");
        Files.createDirectories(taken.resolve("full"));
        try (OffHeapStore store = store(1)) {
            Content.set(store, 0, "key", "1");

            assertThatThrownBy(() -> Snapshots.save(store, taken)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Snapshots.save(store, folder.resolve("none/there")))
                    .isInstanceOf(IOException.class);

            assertThat(folder.resolve("taken.new")).doesNotExist();
            assertThat(taken.resolve("full")).exists();
        }
    }

    @Test
    void whatAKilledSaveLeftIsNoHindrance() throws IOException {
        Files.writeString(folder.resolve("store.snapshot.new"), "half of one");
        Files.writeString(folder.resolve("store.snapshot.lock"), "");
        try (OffHeapStore store = store(1)) {
            Content.set(store, 0, "key", "1");

            assertThat(Snapshots.save(store, file()).entries()).isOne();
            assertThat(folder.resolve("store.snapshot.new")).doesNotExist();
        }
    }

    @Test
    void twoDoNotWriteOneFileAtOnce() throws IOException {
        try (OffHeapStore store = store(1);
                FileChannel channel = FileChannel.open(
                        folder.resolve("store.snapshot.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> Snapshots.save(store, file()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("snapshot '" + file() + "' is being written by another thread");
        }
    }

    @Test
    void fullDiskIsTold() throws IOException {
        try (OffHeapStore store = store(1)) {
            Content.fill(store, new Random(1), 200);
            int[] left = {10};
            WritableByteChannel full = new WritableByteChannel() {
                @Override
                public int write(ByteBuffer bytes) throws IOException {
                    if (left[0]-- <= 0) {
                        throw new IOException("No space left on device");
                    }
                    int some = Math.min(bytes.remaining(), 1_000);
                    bytes.position(bytes.position() + some);
                    return some;
                }

                @Override
                public boolean isOpen() {
                    return true;
                }

                @Override
                public void close() {}
            };
            assertThatThrownBy(() -> new Saver(store, full, 1).run()).hasMessage("No space left on device");
        }
    }

    @Test
    void nobodyIsEvictedForWhatIsLoaded() throws IOException {
        try (OffHeapStore store = store(1)) {
            for (int i = 0; i < 20_000; i++) {
                Content.set(store, 0, "key" + i, "x".repeat(200));
            }
            Content.set(store, 0, "long", "x".repeat(3_000_000));
            Snapshots.save(store, file());
        }
        OffHeapStore small = new OffHeapStore(Content.config(now, 2).withBound(2 << 20, Eviction.ADAPTIVE));
        try (small) {
            for (int i = 0; i < 1_000; i++) {
                Content.set(small, 0, "client" + i, "y".repeat(200));
            }
            LoadReport report = load(small);

            assertThat(small.evicted()).isZero();
            assertThat(report.noRoom()).isGreaterThan(5_000);
            assertThat(report.loaded()).isBetween(1_000L, 10_000L);
            assertThat(small.size(0)).isEqualTo(1_000 + report.loaded());
            assertThat(small.memory().allocated()).isLessThanOrEqualTo(2 << 20);
            Content.of(small);
        }
    }

    @Test
    void backgroundWorkTellsItsOutcome() throws Exception {
        try (OffHeapStore store = store(1)) {
            Content.set(store, 0, "key", "1");
            SaveReport report = Snapshots.inBackground("larder-snapshot", () -> Snapshots.save(store, file()))
                    .get(30, TimeUnit.SECONDS);

            assertThat(report.entries()).isOne();
            assertThat(Snapshots.inBackground("larder-snapshot", () -> Snapshots.save(store, folder)))
                    .failsWithin(java.time.Duration.ofSeconds(30));
        }
    }
}
