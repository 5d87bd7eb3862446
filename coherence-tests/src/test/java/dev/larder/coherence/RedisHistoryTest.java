package dev.larder.coherence;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.coherence.Event.Kind;
import dev.larder.redis.RedisServer;
import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    private static final long GRACE_NANOS = SECONDS.toNanos(4);
    private static final long LONGEST_LOAD_NANOS = MILLISECONDS.toNanos(3);

    @TempDir
    private Path folder;

    private final RedisServer server = RedisServer.start();
    private final FaultProxy proxy = server.proxy();
    private Seed seed;
    private Source source;
    private Fleet fleet;

    @BeforeEach
    void open() {
        seed = Seed.of("RedisHistoryTest");
        source = new Source(Fleet.keys(), LONGEST_LOAD_NANOS, true);
        fleet = new Fleet(folder, source, seed.value());
    }

    @AfterEach
    void close() {
        fleet.close();
        source.close();
        proxy.close();
        server.close();
    }

    private List<String> near() {
        return List.of("memory:8MiB", far().get(0));
    }

    private List<String> far() {
        return List.of("redis://127.0.0.1:" + proxy.port());
    }

    private void startThree() {
        fleet.startAll(List.of(near(), near(), far()), PlantedFault.NONE);
    }

    private List<Storm.Kind> everyTrouble() {
        List<Storm.Kind> kinds = new ArrayList<>();
        kinds.add(new Storm.Kind("cut", true, proxy::cut, () -> {}));
        kinds.add(new Storm.Kind(
                "refused",
                true,
                () -> {
                    proxy.refuse(true);
                    proxy.cut();
                },
                () -> proxy.refuse(false)));
        kinds.add(new Storm.Kind("half open", true, proxy::blackOut, () -> {
            proxy.heal();
            proxy.cut();
        }));
        kinds.add(new Storm.Kind("slow", true, () -> proxy.delay(30), () -> proxy.delay(0)));
        kinds.add(new Storm.Kind("server killed", true, server::kill, server::startAgain));
        kinds.add(new Storm.Kind("server stopped", true, server::pause, server::resume));
        kinds.add(new Storm.Kind(
                "client killed", false, () -> fleet.kill(fleet.names().get(0)), () -> {
                    boolean far = fleet.names().stream().noneMatch(name -> name.startsWith("far"));
                    fleet.startAll(List.of(far ? far() : near()), PlantedFault.NONE);
                }));
        kinds.add(new Storm.Kind(
                "client stopped",
                false,
                () -> fleet.signal(fleet.names().get(1), "STOP"),
                () -> fleet.signal(fleet.names().get(1), "CONT")));
        return kinds;
    }

    private void assertNothingBroken(long nanos, long calmNanos) {
        startThree();
        Storm storm = new Storm(seed.generator(0), calmNanos, everyTrouble());

        storm.rage(nanos);

        List<Event> history = fleet.finish();
        assertThat(history).filteredOn(event -> event.kind() == Kind.GET).hasSizeGreaterThan(1_000);
        assertThat(history)
                .filteredOn(event -> event.kind() == Kind.INVALIDATED)
                .hasSizeGreaterThan(50);
        System.out.println(history.size() + " calls, trouble: " + storm.trouble());
        assertThat(fleet.violations(history, GRACE_NANOS, storm.trouble()))
                .as("%s", seed)
                .isEmpty();
    }

    @Test
    void noPromiseIsBrokenInTrouble() {
        assertNothingBroken(SECONDS.toNanos(9), MILLISECONDS.toNanos(500));
    }

    @Test
    void noPromiseIsBrokenInCalm() {
        startThree();

        Storm.pass(SECONDS.toNanos(3));

        assertThat(fleet.violations(fleet.finish(), GRACE_NANOS, List.of()))
                .as("%s", seed)
                .isEmpty();
    }

    @Test
    @Tag("long")
    @Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
    void noPromiseIsBrokenInLongTrouble() {
        assertNothingBroken(SECONDS.toNanos(90), SECONDS.toNanos(6));
    }

    @Test
    void aHerdOfProcessesLoadsEachKeyOnce() {
        List<String> names = List.of(fleet.herd(near()), fleet.herd(near()), fleet.herd(far()));

        names.forEach(name -> fleet.awaitLine(name, "done"));

        assertThat(source.loads()).hasSize(Client.HERD_KEYS);
        Set<String> loaded = new HashSet<>();
        source.loads().forEach(load -> loaded.add(load.key()));
        assertThat(loaded).hasSize(Client.HERD_KEYS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void thePlantedFaultIsFound(PlantedFault fault) {
        fleet.startAll(List.of(near(), near(), near()), fault);

        await(fault + " is found, " + seed)
                .atMost(60, SECONDS)
                .pollInterval(1, SECONDS)
                .until(() -> fleet.violations(fleet.history(), GRACE_NANOS, List.of()).stream()
                        .anyMatch(violation -> violation.startsWith("G2")));
    }
}
