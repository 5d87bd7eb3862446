package dev.larder.checks;

import java.util.List;
import java.util.stream.Stream;

/** Every rule there is. */
final class Rules {
    private Rules() {}

    static List<Rule> all() {
        return Stream.of(ModuleRules.all(), ClassRules.all(), TreeRules.all(), TextRules.all(), DocumentRules.all())
                .flatMap(List::stream)
                .toList();
    }
}
