package dev.larder.benchmarks.compare;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one part of the comparison found. Immutable.
 *
 * @param scores its lines of what was promised
 * @param sections its tables
 */
record Findings(List<Score> scores, List<Section> sections) {
    Findings {
        scores = List.copyOf(scores);
        sections = List.copyOf(sections);
    }

    /** One section of the page. */
    record Section(String heading, List<Object> parts) {
        Section(String heading, Object... parts) {
            this(heading, List.of(parts));
        }
    }

    /** What several parts found, in their order. */
    static Findings join(List<Findings> parts) {
        Stream<Score> scores = parts.stream().flatMap(part -> part.scores.stream());
        Stream<Section> sections = parts.stream().flatMap(part -> part.sections.stream());
        return new Findings(scores.toList(), sections.toList());
    }
}
