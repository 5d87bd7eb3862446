package dev.larder.checks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The violations that are let through, each with a reason: lines of {@code rule path reason}, {@code #} for remarks. */
record Exceptions(List<Line> lines) {
    static Exceptions parse(List<String> text) {
        List<Line> lines = new ArrayList<>();
        for (String each : text) {
            if (each.isBlank() || each.startsWith("#")) {
                continue;
            }
            String[] parts = each.strip().split("\\s+", 3);
            if (parts.length < 3) {
                throw new IllegalArgumentException("a line is 'rule path reason' but was: " + each);
            }
            lines.add(new Line(parts[0], parts[1], parts[2]));
        }
        return new Exceptions(lines);
    }

    List<Violation> unexcused(Rule rule, List<Violation> violations) {
        Set<String> excused = paths(rule);
        return violations.stream()
                .filter(violation -> !excused.contains(violation.path()))
                .toList();
    }

    /** The paths excused from {@code rule} that no longer break it. */
    Set<String> stale(Rule rule, List<Violation> violations) {
        Set<String> stale = paths(rule);
        violations.forEach(violation -> stale.remove(violation.path()));
        return stale;
    }

    private Set<String> paths(Rule rule) {
        Set<String> paths = new LinkedHashSet<>();
        lines.stream().filter(line -> line.rule().equals(rule.name())).forEach(line -> paths.add(line.path()));
        return paths;
    }

    record Line(String rule, String path, String reason) {}
}
