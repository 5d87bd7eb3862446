package dev.larder.coherence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.coherence.Source.Load;
import dev.larder.redis.RedisServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four processes of 200 threads each that ask for one cold key, whose load is slow, over a real Redis. */
class CrowdTest {
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private final RedisServer server = RedisServer.start();
    private Trial trial;

    @BeforeEach
    void open() {
        trial = new Trial("CrowdTest", folder, server.uri(), true);
    }

    @AfterEach
    void close() {
        trial.source().letCrowdLoad();
        trial.close();
        server.close();
    }

    private List<String> allAsk() {
        Fleet fleet = trial.fleet();
        List<String> names = fleet.crowds(List.of(trial.near(), trial.near(), trial.near(), trial.far()));
        names.forEach(fleet::tell);
        names.forEach(name -> fleet.awaitLine(name, "asking"));
        awaitLoads(1);
        return names;
    }

    private void awaitLoads(int count) {
        await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> trial.source().loads().size() >= count);
    }

    @Test
    void scenario10EightHundredThreadsOfFourProcessesCauseOneLoad() {
        List<String> names = allAsk();

        trial.source().letCrowdLoad();

        names.forEach(name -> trial.fleet().awaitLine(name, "done"));
        assertThat(trial.source().loads()).hasSize(1);
    }

    @Test
    void scenario10LeaderThatIsKilledIsFollowedByExactlyOneOther() {
        List<String> names = new ArrayList<>(allAsk());
        Load first = trial.source().loads().get(0);

        trial.fleet().kill(first.process());
        names.remove(first.process());
        awaitLoads(2);
        trial.source().letCrowdLoad();

        names.forEach(name -> trial.fleet().awaitLine(name, "done"));
        assertThat(trial.source().loads()).extracting(Load::process).hasSize(2).doesNotHaveDuplicates();
    }
}
