package dev.larder.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.server.store.OffHeapStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that saves again and again is killed in the midst of it. */
class KilledSaveTest {
    @TempDir
    private Path folder;

    /** What the other process does. */
    public static final class Saving {
        private Saving() {}

        public static void main(String[] args) throws IOException {
            AtomicLong now = new AtomicLong(Content.NOW);
            try (OffHeapStore store = new OffHeapStore(Content.config(now, 1))) {
                for (int i = 0; ; i++) {
                    for (int key = 0; key < 3_000; key++) {
                        Content.set(store, 0, "key" + key, i + "x".repeat(300));
                    }
                    Snapshots.save(store, Path.of(args[0]));
                    System.out.println(i);
                }
            }
        }
    }

    @Test
    void whateverMomentItIsKilledAtAWholeSnapshotIsLeft() throws IOException, InterruptedException {
        Path file = folder.resolve("store.snapshot");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Saving.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int seen = -1;
        try (BufferedReader lines = process.inputReader()) {
            for (int i = 0; i < 4; i++) {
                seen = Integer.parseInt(lines.readLine());
            }
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        try (OffHeapStore store = new OffHeapStore(Content.config(new AtomicLong(Content.NOW), 2))) {
            LoadReport report = Snapshots.load(store, file, Progress.NONE);

            assertThat(report).isEqualTo(new LoadReport(3_000, 3_000, 0, 0, 0, 0));
            int round = Integer.parseInt(Content.get(store, 0, "key0").replace("x", ""));
            assertThat(round).isGreaterThanOrEqualTo(seen);
            Snapshots.save(store, file);
        }
    }
}
