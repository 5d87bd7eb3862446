package dev.larder.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The repository keeps every rule, but for what {@code checks/exceptions.txt} lets through. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RepositoryTest {
    private Project project;
    private Exceptions exceptions;

    @BeforeAll
    void read() throws IOException {
        project = Project.ofRepository();
        exceptions = Exceptions.parse(Files.readAllLines(Project.root().resolve("checks/exceptions.txt")));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleIsKept() {
        return Rules.all().stream()
                .map(rule -> dynamicTest(
                        rule.name(),
                        () -> assertThat(exceptions.unexcused(rule, rule.violations(project)))
                                .as(rule.sentence())
                                .isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> everyExceptionIsStillNeeded() {
        return Rules.all().stream()
                .map(rule -> dynamicTest(
                        rule.name(),
                        () -> assertThat(exceptions.stale(rule, rule.violations(project)))
                                .as("lines of checks/exceptions.txt to delete")
                                .isEmpty()));
    }

    @Test
    void everyExceptionNamesARule() {
        List<String> names = Rules.all().stream().map(Rule::name).toList();

        assertThat(exceptions.lines()).allSatisfy(line -> assertThat(names).contains(line.rule()));
    }

    @Test
    void theLibrariesAreSeen() {
        assertThat(Modules.OUTSIDE.keySet())
                .allSatisfy(module -> assertThat(project.classesOf(module).isEmpty()
                                && project.librarySources().anyMatch(file -> hasTypes(file, module)))
                        .as(module)
                        .isFalse());
        assertThat(project.classesOf("core")).isNotEmpty();
    }

    private static boolean hasTypes(SourceFile file, String module) {
        return file.module().equals(module) && !file.unit().getTypeDecls().isEmpty();
    }
}
