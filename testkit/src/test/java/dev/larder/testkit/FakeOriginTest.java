package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.RecordingListener.Removal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The fake origin, its gates, and the listener that keeps what it hears. */
final class FakeOriginTest {
    private final FakeOrigin<String, String> origin = new FakeOrigin<>();

    @Test
    void rowsAreReadAndWrittenAndCounted() throws Exception {
        origin.set("a", "1");
        origin.write("b", "2");

        assertThat(origin.load("a")).isEqualTo("1");
        assertThat(origin.load("none")).isNull();
        assertThat(origin.loadAll(Set.of("a", "b", "none"))).isEqualTo(Map.of("a", "1", "b", "2"));

        assertThat(origin.loads("a")).isEqualTo(2);
        assertThat(origin.loads("never")).isZero();
        assertThat(origin.loads()).isEqualTo(5);
        assertThat(origin.calls(Call.LOAD)).isEqualTo(2);
        assertThat(origin.calls(Call.WRITE)).isOne();
        assertThat(origin.bulkCalls()).containsExactly(Set.of("a", "b", "none"));
    }

    @Test
    void failuresComeAsOftenAsTold() throws Exception {
        origin.fail(Call.LOAD, 2, () -> new IOException("away"));

        assertThatThrownBy(() -> origin.load("a")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> origin.load("a")).isInstanceOf(IOException.class);
        assertThat(origin.load("a")).isNull();
        origin.fail(Call.WRITE, () -> new IOException("away"));
        assertThatThrownBy(() -> origin.write("a", "1")).isInstanceOf(IOException.class);
        assertThat(origin.value("a")).isNull();
        origin.recover();
        origin.write("a", "1");

        assertThat(origin.rows()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void callHeldAfterItReadGivesWhatWasThereThen() throws Exception {
        origin.set("a", "old");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        CompletableFuture<String> load = loading();
        gate.awaitArrivals(1);

        origin.set("a", "new");
        gate.open();

        assertThat(load.join()).isEqualTo("old");
        origin.letThrough(Call.LOAD, Point.AFTER);
        assertThat(origin.load("a")).isEqualTo("new");
        assertThat(gate.arrivals()).isOne();
    }

    @Test
    void callHeldBeforeItReadGivesWhatIsThereLater() {
        origin.set("a", "old");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        CompletableFuture<String> load = loading();
        gate.awaitArrivals(1);

        origin.set("a", "new");
        gate.close();

        assertThat(load.join()).isEqualTo("new");
    }

    /** On a thread of its own: the common pool of a small machine has but one. */
    private CompletableFuture<String> loading() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return "" + origin.load("a");
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task, "loading").start());
    }

    @Test
    void actionsRunInsideCalls() throws Exception {
        List<String> seen = new ArrayList<>();
        origin.duringCalls(seen::add);

        origin.load("a");
        origin.write("b", "1");

        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void arrivalsThatDoNotComeFailTheTest() {
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        assertThatThrownBy(() -> gate.awaitArrivals(1, Duration.ofMillis(10)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("arrivals");
    }

    @Test
    void mostLoadsAtOnceAreRemembered() {
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        List<CompletableFuture<String>> loads = List.of(loading(), loading());
        gate.awaitArrivals(2);
        gate.open();
        loads.forEach(CompletableFuture::join);

        assertThat(origin.mostLoadsAtOnce()).isEqualTo(2);
    }

    @Test
    void listenerKeepsWhatItHearsAndWaitsForWhatIsToCome() {
        RecordingListener<String, String> listener = new RecordingListener<>();
        listener.onRemoval("a", "1", RemovalCause.EXPIRED);
        listener.onLoad("b", null, 5);

        assertThat(listener.awaitRemovals(1)).containsExactly(new Removal<>("a", "1", RemovalCause.EXPIRED));
        assertThat(listener.awaitEvents(2)).hasSize(2);
        assertThat(listener.threads()).containsOnly(Thread.currentThread());
        assertThatThrownBy(() -> listener.await(event -> false, Duration.ofMillis(10)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Removal");
        listener.reset();
        assertThat(listener.events()).isEmpty();
    }
}
