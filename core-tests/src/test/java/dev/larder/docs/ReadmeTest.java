package dev.larder.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.Cache;
import dev.larder.Larder;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example that a newcomer reads first is the code that is compiled and run here. */
final class ReadmeTest {
    private static final String SOURCE = "core-tests/src/test/java/dev/larder/docs/ReadmeExample.java";
    private static final Pattern MARKED =
            Pattern.compile("// example begins\\R(.*?)\\h*// example ends", Pattern.DOTALL);
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

    @Test
    void exampleInTheReadmeIsTheOneCompiledHere() {
        String shown = first(JAVA_BLOCK, Documents.text("README.md"));

        assertThat(shown.strip())
                .isEqualTo(first(MARKED, Documents.text(SOURCE)).stripTrailing().stripIndent());
    }

    @Test
    void exampleDoesWhatItSays() {
        ReadmeExample.Catalogue catalogue = new ReadmeExample.Catalogue();
        catalogue.save(4L, new ReadmeExample.Product(4, "Rye bread", 399));

        try (Larder larder = ReadmeExample.run(catalogue)) {
            Cache<?, ?> products = larder.caches().iterator().next();

            assertThat(catalogue.rows).containsKeys(4L, 17L);
            assertThat(products.asMap().keySet()).isEqualTo(Set.of(4L, 17L));
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("a match of %s", pattern).isTrue();
        return matcher.group(1);
    }
}
