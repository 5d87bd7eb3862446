package dev.larder.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.redis.RedisServer;
import dev.larder.testkit.FaultProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three processes over a real Redis, behind a network and on a machine that fail. */
class RedisHistoryTest {
    @TempDir
    private Path folder;

    private final RedisServer server = RedisServer.start();
    private final FaultProxy proxy = server.proxy();
    private Trial trial;

    @BeforeEach
    void open() {
        trial = new Trial("RedisHistoryTest", folder, "redis://127.0.0.1:" + proxy.port(), true);
    }

    @AfterEach
    void close() {
        trial.close();
        proxy.close();
        server.close();
    }

    private List<Storm.Kind> everyTrouble() {
        List<Storm.Kind> kinds = new ArrayList<>(Storm.ofNetwork(proxy));
        kinds.add(new Storm.Kind("server killed", true, server::kill, server::startAgain));
        kinds.add(new Storm.Kind("server stopped", true, server::pause, server::resume));
        kinds.addAll(trial.troubleOfClients(false));
        return kinds;
    }

    @Test
    void noPromiseIsBrokenInTrouble() {
        trial.assertNothingBrokenInTrouble(everyTrouble());
    }

    @Test
    void noPromiseIsBrokenInCalm() {
        trial.assertNothingBrokenInCalm();
    }

    @Test
    @Tag("long")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noPromiseIsBrokenInLongTrouble() {
        trial.assertNothingBrokenInLongTrouble(everyTrouble());
    }

    @Test
    void aHerdOfProcessesLoadsEachKeyOnce() {
        Fleet fleet = trial.fleet();
        List<String> names = List.of(fleet.herd(trial.near()), fleet.herd(trial.near()), fleet.herd(trial.far()));

        names.forEach(name -> fleet.awaitLine(name, "done"));

        List<Source.Load> loads = trial.source().loads();
        assertThat(loads).hasSize(Client.HERD_KEYS);
        Set<String> loaded = new HashSet<>();
        loads.forEach(load -> loaded.add(load.key()));
        assertThat(loaded).hasSize(Client.HERD_KEYS);
    }

    @Test
    void removalsThatAreLostAreFound() {
        trial.assertFound(PlantedFault.LOST_REMOVAL);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void thePlantedFaultIsFound(PlantedFault fault) {
        trial.assertFound(fault);
    }
}
