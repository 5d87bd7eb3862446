package dev.larder.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests that the page of coherence names as its proof exist, and each scenario of the design has its row. */
final class CoherencePageTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Claims))(?:\\.(\\w+))?`");
    private static final int SCENARIOS = 18;

    private static final String PAGE = Documents.text("docs/internals/coherence.md");

    @Test
    void everyTestNamedExists() {
        Map<String, TreeSet<String>> named = new TreeMap<>();
        for (Matcher test = TEST.matcher(PAGE); test.find(); ) {
            TreeSet<String> methods = named.computeIfAbsent(test.group(1), type -> new TreeSet<>());
            if (test.group(2) != null) {
                methods.add(test.group(2));
            }
        }

        assertThat(named).hasSizeGreaterThan(10).allSatisfy((type, methods) -> {
            String source = Documents.test(type);
            assertThat(methods).allSatisfy(method -> assertThat(source).as(type).contains("void " + method + "("));
        });
    }

    @Test
    void everyScenarioHasItsRow() {
        TreeSet<Integer> rows = new TreeSet<>();
        PAGE.lines().filter(line -> line.matches("\\| \\d.*")).forEach(line -> {
            for (String number : line.split("\\|", -1)[1].split(",", -1)) {
                rows.add(Integer.valueOf(number.strip()));
            }
        });

        for (int scenario = 1; scenario <= SCENARIOS; scenario++) {
            assertThat(rows).contains(scenario);
        }
    }
}
