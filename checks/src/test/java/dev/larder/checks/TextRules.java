package dev.larder.checks;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rules on the sources as text. */
final class TextRules {
    static final int FILE_LINES = 600;

    private static final Pattern PROMISE = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b(?!.*#\\d+)");
    private static final Pattern AUTHOR = Pattern.compile("^\\s*/?\\*+\\s*@author\\b");
    private static final Pattern KIND_PACKAGE =
            Pattern.compile("^package .*\\.(impl|util|utils|model|exception|exceptions|common|misc)\\b.*;");

    private TextRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "file-length",
                        "A file has at most " + FILE_LINES + " lines",
                        project -> project.sources().stream()
                                .filter(file -> file.lines().size() > FILE_LINES)
                                .map(file ->
                                        new Violation(file.path(), file.lines().size() + " lines"))
                                .toList()),
                lines("promises", "A note on work left open names its issue (#12)", PROMISE),
                lines("author-tags", "No author tags: the history knows", AUTHOR),
                lines("package-names", "A package is named for a feature, not for a kind of class", KIND_PACKAGE));
    }

    private static Rule lines(String name, String sentence, Pattern bad) {
        return new Rule(
                name,
                sentence,
                project -> project.sources().stream()
                        .flatMap(file -> matches(file, bad))
                        .toList());
    }

    private static Stream<Violation> matches(SourceFile file, Pattern bad) {
        List<String> lines = file.lines();
        return IntStream.range(0, lines.size())
                .filter(i -> bad.matcher(lines.get(i)).find())
                .mapToObj(i -> new Violation(
                        file.path(), "line " + (i + 1) + ": " + lines.get(i).strip()));
    }
}
