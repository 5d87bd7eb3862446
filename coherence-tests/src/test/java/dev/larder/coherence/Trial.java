package dev.larder.coherence;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.coherence.Event.Kind;
import dev.larder.testkit.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One test of three processes over one tier: two with a near tier, one without. For the test's thread. */
final class Trial implements AutoCloseable {
    private static final long GRACE_NANOS = SECONDS.toNanos(4);
    private static final long LONGEST_LOAD_NANOS = MILLISECONDS.toNanos(3);
    private static final long SHORT_NANOS = SECONDS.toNanos(8);
    private static final long SHORT_CALM_NANOS = MILLISECONDS.toNanos(400);
    private static final long LONG_NANOS = SECONDS.toNanos(90);
    private static final long LONG_CALM_NANOS = SECONDS.toNanos(6);

    private static final int ENOUGH_READS = 500;
    private static final int ENOUGH_CHANGES = 50;
    private static final int PATIENCE_SECONDS = 90;

    private final Seed seed;
    private final String tier;
    private final Source source;
    private final Fleet fleet;

    /**
     * @param folder for what the clients saw, empty
     * @param tier the tier's URI
     */
    Trial(String test, Path folder, String tier, boolean keepsTags) {
        this.seed = Seed.of(test);
        this.tier = tier;
        this.source = new Source(Fleet.keys(), LONGEST_LOAD_NANOS, true);
        this.fleet = new Fleet(folder, source, seed.value(), keepsTags);
    }

    Source source() {
        return source;
    }

    Fleet fleet() {
        return fleet;
    }

    List<String> near() {
        return List.of("memory:8MiB", tier);
    }

    List<String> far() {
        return List.of(tier);
    }

    /** Clients that are killed and stopped; {@code hurtsOthers} where one that is stopped holds what others need. */
    List<Storm.Kind> troubleOfClients(boolean hurtsOthers) {
        Storm.Kind killed = new Storm.Kind(
                "client killed", false, () -> fleet.kill(fleet.names().get(0)), () -> {
                    boolean far = fleet.names().stream().noneMatch(name -> name.startsWith("far"));
                    fleet.startAll(List.of(far ? far() : near()), PlantedFault.NONE);
                });
        Storm.Kind stopped = new Storm.Kind(
                "client stopped",
                hurtsOthers,
                () -> fleet.signal(fleet.names().get(1), "STOP"),
                () -> fleet.signal(fleet.names().get(1), "CONT"));
        return List.of(killed, stopped);
    }

    /** Some seconds, with one trouble close upon another. */
    void assertNothingBrokenInTrouble(List<Storm.Kind> kinds) {
        assertNothingBroken(kinds, SHORT_NANOS, SHORT_CALM_NANOS);
    }

    /** A minute and a half, with calm between troubles that is long enough to settle all. */
    void assertNothingBrokenInLongTrouble(List<Storm.Kind> kinds) {
        assertNothingBroken(kinds, LONG_NANOS, LONG_CALM_NANOS);
    }

    private void assertNothingBroken(List<Storm.Kind> kinds, long nanos, long calmNanos) {
        fleet.startAll(List.of(near(), near(), far()), PlantedFault.NONE);
        Storm storm = new Storm(seed.generator(0), calmNanos, kinds);

        storm.rage(nanos);

        awaitEnough();
        List<Event> history = fleet.finish();
        long pending = history.stream().filter(event -> !event.acknowledged()).count();
        System.out.println(history.size() + " calls, " + pending + " of them not acknowledged; " + storm.everything());
        assertThat(fleet.violations(history, GRACE_NANOS, storm)).as("%s", seed).isEmpty();
    }

    void assertNothingBrokenInCalm() {
        fleet.startAll(List.of(near(), near(), far()), PlantedFault.NONE);

        Storm.pass(SECONDS.toNanos(3));
        awaitEnough();

        assertThat(fleet.violations(fleet.finish(), GRACE_NANOS, calm()))
                .as("%s", seed)
                .isEmpty();
    }

    /** A busy machine may need longer. */
    private void awaitEnough() {
        await("enough calls").atMost(PATIENCE_SECONDS, SECONDS).until(() -> {
            List<Event> history = fleet.history();
            return count(history, Kind.GET) > ENOUGH_READS && count(history, Kind.INVALIDATED) > ENOUGH_CHANGES;
        });
    }

    private static long count(List<Event> history, Kind kind) {
        return history.stream().filter(event -> event.kind() == kind).count();
    }

    void assertFound(PlantedFault fault) {
        fleet.startAll(List.of(near(), near(), near()), fault);

        await(fault + " is found, " + seed)
                .atMost(PATIENCE_SECONDS, SECONDS)
                .pollInterval(1, SECONDS)
                .until(() -> fleet.violations(fleet.history(), GRACE_NANOS, calm()).stream()
                        .anyMatch(violation -> violation.startsWith(fault.promise())));
    }

    private Storm calm() {
        return new Storm(seed.generator(0), 0, new ArrayList<>());
    }

    @Override
    public void close() {
        fleet.close();
        source.close();
    }
}
