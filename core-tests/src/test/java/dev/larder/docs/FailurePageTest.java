package dev.larder.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests that the page of failures names as its proof exist. */
final class FailurePageTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("(\\w+(?:Test|Claims))\\.(\\w+)");
    private static final Pattern NAME = Pattern.compile("[a-z]\\w*");

    @Test
    void everyTestNamedExists() {
        String page = Documents.text("docs/internals/failure.md");

        Map<String, Set<String>> named = new LinkedHashMap<>();
        page.lines().filter(line -> line.startsWith("| ")).forEach(line -> collect(lastCell(line), named));

        assertThat(named).isNotEmpty().allSatisfy((type, methods) -> {
            String source = Documents.test(type);
            assertThat(methods).allSatisfy(method -> assertThat(source).as(type).contains("void " + method + "("));
        });
    }

    private static String lastCell(String row) {
        String[] cells = row.split("\\|", -1);
        return cells[cells.length - 2];
    }

    /** Reads {@code `SomeTest.claim`, `another`}: a bare name is of the class named last. */
    private static void collect(String cell, Map<String, Set<String>> named) {
        String type = "";
        for (Matcher code = CODE.matcher(cell); code.find(); ) {
            Matcher test = TEST.matcher(code.group(1));
            if (test.matches()) {
                type = test.group(1);
                named.computeIfAbsent(type, any -> new TreeSet<>()).add(test.group(2));
            } else if (!type.isEmpty() && NAME.matcher(code.group(1)).matches()) {
                named.computeIfAbsent(type, any -> new TreeSet<>()).add(code.group(1));
            }
        }
    }
}
