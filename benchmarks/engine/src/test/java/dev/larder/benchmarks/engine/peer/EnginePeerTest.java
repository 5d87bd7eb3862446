package dev.larder.benchmarks.engine.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.keys.MixedKeys;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every adapter does what the comparison takes for granted. */
class EnginePeerTest {
    @ParameterizedTest
    @EnumSource
    void getGivesBackWhatWasPut(EngineKind kind) {
        for (boolean expires : new boolean[] {false, true}) {
            try (EnginePeer peer = kind.open(EngineSetup.of(1_000, expires))) {
                peer.put(17L, 170L);

                assertThat(peer.get(17L)).isEqualTo(170);
                assertThat(peer.get(18L)).isNull();
                assertThat(peer.settledSize()).isOne();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void loadAsksTheOriginOnce(EngineKind kind) {
        AtomicInteger loads = new AtomicInteger();
        EngineSetup setup = new EngineSetup(1_000, true, key -> key + loads.incrementAndGet());

        try (EnginePeer peer = kind.open(setup)) {
            assertThat(peer.load(17L)).isEqualTo(18);
            assertThat(peer.load(17L)).isEqualTo(18);
            assertThat(peer.get(17L)).isEqualTo(18);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAP")
    void noMoreIsHeldThanTheBound(EngineKind kind) {
        try (EnginePeer peer = kind.open(EngineSetup.of(1_000, false))) {
            for (int rank = 0; rank < 20_000; rank++) {
                peer.put(MixedKeys.key(rank), MixedKeys.key(rank));
            }

            assertThat(peer.settledSize()).isBetween(900L, 1_000L);
        }
    }
}
