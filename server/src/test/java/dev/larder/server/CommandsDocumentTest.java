package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.server.command.CommandsDocument;
import dev.larder.server.config.Directive;
import dev.larder.server.config.Directives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference pages say what the tables say. */
class CommandsDocumentTest {
    private static final Path ROOT = Path.of(System.getProperty("larder.root", ".."));

    @Test
    void commandsAreDocumentedAsTheyAre() throws IOException {
        Path file = ROOT.resolve("docs/reference/commands.md");
        String wanted = CommandsDocument.text();
        if (Boolean.getBoolean("larder.write.documents")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, wanted);
        }

        assertThat(file)
                .as(
                        "write it anew by -Dtest=CommandsDocumentTest with -Dlarder.write.documents=true for the test's JVM")
                .hasContent(wanted);
    }

    @Test
    void everyDirectiveThatWorksIsInTheGuide() throws IOException {
        String guide = Files.readString(ROOT.resolve("docs/guide/server.md"));
        for (Directive directive : Directives.all()) {
            if (directive.use() == Directive.Use.LIVE || directive.use() == Directive.Use.START) {
                assertThat(guide).contains("| `" + directive.name() + "` |");
            }
        }
    }
}
