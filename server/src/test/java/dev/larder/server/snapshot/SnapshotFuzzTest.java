package dev.larder.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.StoreChecks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Forged snapshots that Jazzer has found: their sums are right, their content is not. {@code JAZZER_FUZZ=1} looks for more.
 * What is wrong is counted, and the store is sound after it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotFuzzTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long ID = 0x1122334455667788L;

    @TempDir
    private Path folder;

    private OffHeapStore store;

    @BeforeAll
    void make() {
        store = StoreChecks.small(NOW);
    }

    @AfterAll
    void close() {
        store.close();
    }

    /** The payloads of two blocks: what comes before the middle, and the rest. */
    @FuzzTest(maxDuration = "2m")
    void forgedBlocksCostTheirEntriesAndNothingElse(byte[] data) throws IOException {
        int middle = data.length / 2;
        ByteBuffer file = ByteBuffer.allocate(4 * Format.ALIGNMENT + 2 * (data.length + Format.ALIGNMENT))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(Format.fileHead(ID, NOW));
        block(file, Format.DATA, 0, Arrays.copyOf(data, middle));
        block(file, Format.DATA, 1, Arrays.copyOfRange(data, middle, data.length));
        block(
                file,
                Format.END,
                2,
                ByteBuffer.allocate(Format.END_PAYLOAD)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(2)
                        .putLong(2)
                        .array());
        Path path = write(file);

        LoadReport report = Snapshots.load(store, path, (bytes, of, soFar) -> {});

        assertThat(report.damagedBlocks()).isBetween(0L, 2L);
        StoreChecks.check(store);
        empty();
    }

    private static void block(ByteBuffer file, int kind, int number, byte[] payload) {
        file.position((int) Format.aligned(file.position()));
        file.put(new Format.BlockHead(kind, number, payload.length, Format.sum(payload, 0, payload.length)).bytes(ID));
        file.put(payload);
    }

    private Path write(ByteBuffer file) throws IOException {
        byte[] bytes = new byte[file.position()];
        file.flip().get(bytes);
        return Files.write(folder.resolve("forged.larder"), bytes);
    }

    private void empty() {
        store.flushAll();
        StoreChecks.check(store);
    }

    /** Heads and ends are whatever comes; data begins where a file's second page does. */
    @FuzzTest(maxDuration = "1m")
    void whatIsNoSnapshotIsRefused(byte[] data) throws IOException {
        Path path = Files.write(folder.resolve("other.larder"), data);
        try {
            Snapshots.load(store, path, (bytes, of, soFar) -> {});
        } catch (UnusableSnapshotException refused) {
            assertThat(refused).hasMessageStartingWith("snapshot '");
        }
        StoreChecks.check(store);
        empty();
    }
}
