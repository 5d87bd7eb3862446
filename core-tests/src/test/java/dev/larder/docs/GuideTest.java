package dev.larder.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide's Java is Java: every block of it is part of {@link GuideExamples}, but for comments and spaces. */
final class GuideTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final String COMPILED =
            bare(Documents.text("core-tests/src/test/java/dev/larder/docs/GuideExamples.java"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getting-started",
                "caching-strategies",
                "two-tiers",
                "which-tier",
                "three-tiers",
                "memcached-tier",
                "jdbc-tier",
                "file-tier",
                "settings",
                "statistics-and-events",
                "testing",
                "demo"
            })
    void everyExampleIsCompiled(String page) {
        String text = Documents.text("docs/guide/" + page + ".md");

        assertThat(JAVA_BLOCK.matcher(text).results().map(GuideTest::code)).allSatisfy(code -> {
            for (String piece : code.split("…", -1)) { // stands for code of the reader's own
                assertThat(COMPILED).contains(bare(piece));
            }
        });
    }

    @Test
    void commentsAndSpacesDoNotCount() {
        assertThat(bare("a( 1 ); // one\n  b")).isEqualTo("a(1);b");
    }

    private static String code(MatchResult block) {
        return block.group(1);
    }

    private static String bare(String code) {
        return code.replaceAll("//[^\n\"]*(?=\n|$)", "").replaceAll("\\s+", "");
    }
}
