package dev.larder.coherence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three processes over one folder, stopped in mid-air, locks in hand, and killed. */
class FileHistoryTest {
    @TempDir
    private Path folder;

    private Trial trial;

    @BeforeEach
    void open() throws IOException {
        Path seen = Files.createDirectory(folder.resolve("seen"));
        trial = new Trial("FileHistoryTest", seen, "file:" + folder.resolve("shared"), true);
    }

    @AfterEach
    void close() {
        trial.close();
    }

    @Test
    void noPromiseIsBrokenWhileProcessesAreStoppedAndKilled() {
        trial.assertNothingBrokenInTrouble(trial.troubleOfClients(true));
    }

    @Test
    @Tag("long")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noPromiseIsBrokenInLongTrouble() {
        trial.assertNothingBrokenInLongTrouble(trial.troubleOfClients(true));
    }

    @Test
    void removalsThatAreLostAreFound() {
        trial.assertFound(PlantedFault.LOST_REMOVAL);
    }
}
