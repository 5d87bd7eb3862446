package dev.larder.coherence;

import dev.larder.memcached.MemcachedServer;
import dev.larder.testkit.FaultProxy;
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

/** Three processes over a ring of two real Memcached servers, one of them behind a network that fails. */
class MemcachedHistoryTest {
    @TempDir
    private Path folder;

    private final MemcachedServer one = MemcachedServer.start();
    private final MemcachedServer two = MemcachedServer.start();
    private final FaultProxy proxy = FaultProxy.to(one.port(), ":bp");
    private Trial trial;

    @BeforeEach
    void open() {
        String ring = "memcached://127.0.0.1:" + proxy.port() + ",127.0.0.1:" + two.port();
        trial = new Trial("MemcachedHistoryTest", folder, ring, false);
    }

    @AfterEach
    void close() {
        trial.close();
        proxy.close();
        one.close();
        two.close();
    }

    private List<Storm.Kind> everyTrouble() {
        List<Storm.Kind> kinds = new ArrayList<>(Storm.ofNetwork(proxy));
        for (MemcachedServer server : List.of(one, two)) {
            kinds.add(new Storm.Kind("server killed", true, server::kill, server::startAgain));
            kinds.add(new Storm.Kind("server stopped", true, server::pause, server::resume));
        }
        kinds.addAll(trial.troubleOfClients(false));
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
