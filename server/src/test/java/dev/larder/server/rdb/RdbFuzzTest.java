package dev.larder.server.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.OutOfRoomException;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreChecks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values and files in Redis's form that Jazzer has found, beside those that Redis wrote; {@code JAZZER_FUZZ=1} looks for
 * more. They are kept or refused, and the store is sound after it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RdbFuzzTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final int VERSION = 11;

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

    /** A type and a value; version and sum are added. */
    @FuzzTest(maxDuration = "2m")
    void valuesAreKeptOrRefused(byte[] data) {
        byte[] dump = sealed(data);
        assertThat(RdbDump.isSound(dump)).isEqualTo(data.length > 0);
        if (data.length == 0) {
            return;
        }
        try {
            RdbDump.check(dump);
        } catch (IOException refused) {
            assertThat(refused).isInstanceOf(RdbException.class);
            return;
        }
        try (Entry entry = store.entry()) {
            entry.open(0, Slice.of("key".getBytes(StandardCharsets.UTF_8)));
            try {
                RdbDump.putInto(dump, entry, NOW);
                if (entry.isPresent()) {
                    byte[] again = RdbDump.of(entry);
                    assertThat(RdbDump.isSound(again)).isTrue();
                    RdbDump.check(again);
                }
            } catch (IOException e) {
                throw new AssertionError("what was checked, or kept, must be readable", e);
            } catch (OutOfRoomException | IllegalArgumentException tooLong) {
                assertThat(tooLong).hasMessageMatching("(?s)(?!.*xception).+");
            }
            entry.remove();
        }
        StoreChecks.check(store);
    }

    private static byte[] sealed(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(data);
        out.write(VERSION);
        out.write(0);
        long sum = Crc64.of(0, out.toByteArray(), 0, out.size());
        for (int i = 0; i < Long.BYTES; i++) {
            out.write((int) (sum >>> (Byte.SIZE * i)));
        }
        return out.toByteArray();
    }

    /** What is in a file between its head and its end; it says that it has no sum. */
    @FuzzTest(maxDuration = "2m")
    void filesAreLoadedOrRefused(byte[] data) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("REDIS0011".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(data);
        file.write(0xFF);
        file.writeBytes(new byte[Long.BYTES]);
        Path path = Files.write(folder.resolve("dump.rdb"), file.toByteArray());
        try {
            RdbFile.Counts counts = RdbFile.load(store, path, (bytes, soFar) -> {});
            assertThat(counts.loaded()).isLessThanOrEqualTo(counts.entries());
        } catch (RdbException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        StoreChecks.check(store);
        store.flushAll();
        StoreChecks.check(store);
    }
}
