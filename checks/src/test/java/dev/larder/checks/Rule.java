package dev.larder.checks;

import java.util.List;
import java.util.function.Function;

/** A rule by its name (as {@code exceptions.txt} writes it), the sentence it holds, and how to find what breaks it. */
record Rule(String name, String sentence, Function<Project, List<Violation>> finder) {
    List<Violation> violations(Project project) {
        return finder.apply(project);
    }
}
