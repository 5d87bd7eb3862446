package dev.larder.coherence;

import dev.larder.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three processes over a real PostgreSQL, behind a network and on a machine that fail. */
class PostgresHistoryTest {
    @TempDir
    private Path folder;

    private PostgresServer server;
    private FaultProxy proxy;
    private Trial trial;

    @BeforeEach
    void open() throws IOException {
        server = new PostgresServer(folder.resolve("data"));
        proxy = FaultProxy.to(server.port(), "LISTEN");
        String url = "jdbc:postgresql://127.0.0.1:" + proxy.port()
                + "/postgres?user=postgres&password=postgres&sslmode=disable&larder.pool=4";
        trial = new Trial("PostgresHistoryTest", Files.createDirectory(folder.resolve("seen")), url, true);
    }

    @AfterEach
    void close() throws IOException {
        trial.close();
        proxy.close();
        server.close();
    }

    private List<Storm.Kind> everyTrouble() {
        List<Storm.Kind> kinds = new ArrayList<>(Storm.ofNetwork(proxy));
        kinds.add(new Storm.Kind("server killed", true, server::kill, server::startAgain));
        kinds.addAll(trial.troubleOfClients(true)); // one that is stopped may hold a row's lock
        return kinds;
    }

    @Test
    void noPromiseIsBrokenInTrouble() {
        trial.assertNothingBrokenInTrouble(everyTrouble());
    }

    @Test
    @Tag("long")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noPromiseIsBrokenInLongTrouble() {
        trial.assertNothingBrokenInLongTrouble(everyTrouble());
    }

    @Test
    void removalsThatAreLostAreFound() {
        trial.assertFound(PlantedFault.LOST_REMOVAL);
    }
}
