package dev.larder.coherence;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.testkit.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes over one folder, stopped and killed. */
class FileHistoryTest {
    private static final long LONGEST_LOAD_NANOS = MILLISECONDS.toNanos(3);

    @TempDir
    private Path folder;

    @Test
    void noPromiseIsBrokenWhileProcessesAreStoppedAndKilled() throws IOException {
        Seed seed = Seed.of("noPromiseIsBrokenWhileProcessesAreStoppedAndKilled");
        String shared = "file:" + folder.resolve("shared");
        List<String> near = List.of("memory:8MiB", shared);
        try (Source source = new Source(Fleet.keys(), LONGEST_LOAD_NANOS, false);
                Fleet fleet = new Fleet(Files.createDirectory(folder.resolve("seen")), source, seed.value())) {
            fleet.startAll(List.of(near, near, List.of(shared)), PlantedFault.NONE);
            Storm storm = new Storm(
                    seed.generator(0),
                    SECONDS.toNanos(1),
                    List.of(
                            new Storm.Kind(
                                    "client killed",
                                    false,
                                    () -> fleet.kill(fleet.names().get(0)),
                                    () -> fleet.startAll(List.of(near), PlantedFault.NONE)),
                            new Storm.Kind(
                                    "client stopped",
                                    false,
                                    () -> fleet.signal(fleet.names().get(1), "STOP"),
                                    () -> fleet.signal(fleet.names().get(1), "CONT"))));

            storm.rage(SECONDS.toNanos(4));

            List<Event> history = fleet.finish();
            assertThat(history).hasSizeGreaterThan(100);
            assertThat(fleet.violations(history, 0, List.of())).as("%s", seed).isEmpty();
        }
    }
}
