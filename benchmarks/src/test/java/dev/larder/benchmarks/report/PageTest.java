package dev.larder.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    @Test
    void tableIsAlignedMarkdown() {
        Table table = new Table("Cache", "ns").row("a longer name", 7).row("b|c", "12");

        assertThat(table).hasToString("""
                        | Cache         |  ns |
                        | ------------- | --: |
                        | a longer name |   7 |
                        | b\\|c          |  12 |
                        """);
    }

    @Test
    void rowOfAnotherWidthIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Table("a", "b").row("one"))
                .withMessage("a row must have 2 cells but had 1");
    }

    @Test
    void pageHoldsOnlyIfEveryClaimDoes() {
        Page page = new Page("T", "I").claims(List.of(new Claim("one", true), new Claim("two", false)));

        assertThat(page.holds()).isFalse();
        assertThat(page.toString()).contains("- holds: one\n- BROKEN: two\n");
    }

    @Test
    void pageIsWrittenIntoADirectoryThatIsMade(@TempDir Path directory) throws IOException {
        Path file = new Page("Title", "Text.").section("Part", "Body.").write(directory.resolve("new"), "name");

        assertThat(file).hasContent("# Title\n\nText.\n\n## Part\n\nBody.\n");
        assertThat(file.getFileName()).hasToString("name.md");
    }
}
