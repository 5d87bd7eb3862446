package dev.larder.benchmarks.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("ledger");
    }

    @Test
    void valueIsOutdatedForEveryProcessFromTheReturnOfItsRemovalOn() throws IOException {
        try (Ledger writer = new Ledger(file, 0);
                Ledger reader = new Ledger(file, 0)) {
            long old = reader.query(7);
            long version = writer.commit(7);
            assertThat(reader.outdatedSince(7, old)).isZero();

            writer.removed(7, version);

            assertThat(reader.outdatedSince(7, old)).isPositive();
            assertThat(reader.outdatedSince(7, reader.query(7))).isZero();
            assertThat(reader.outdatedSince(8, reader.query(8))).isZero();
        }
    }

    @Test
    void queriesOfAllProcessesAreCounted() throws IOException {
        try (Ledger one = new Ledger(file, 0);
                Ledger two = new Ledger(file, 0)) {
            one.query(Ledger.KEYS - 1);
            two.query(0);

            assertThat(one.queries()).isEqualTo(2);
            assertThat(two.most()).isEqualTo(1);
            one.forgetMost();
            assertThat(two.most()).isZero();
        }
    }
}
