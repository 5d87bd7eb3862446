package dev.larder.storefront.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void terminalGetsABarThatIsRedrawnAndEndsItsLine() {
        run(new ConsoleProgress(out, true));

        assertThat(text()).contains("\rStock").contains("100 %  1,000 of 1,000").endsWith(System.lineSeparator());
        assertThat(text()).containsOnlyOnce("\n");
    }

    @Test
    void fileGetsAFewPlainLines() {
        run(new ConsoleProgress(out, false));

        assertThat(text()).doesNotContain("\r").startsWith("Stock: 0 of 1,000");
        assertThat(text().lines()).hasSize(6);
    }

    private static void run(ConsoleProgress progress) {
        for (int done = 0; done <= 1_000; done++) {
            progress.at("Stock", done, 1_000);
        }
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
