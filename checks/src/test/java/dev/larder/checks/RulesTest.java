package dev.larder.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Each rule catches a bad sample and lets a good one pass, so that none can rot unseen. */
final class RulesTest {
    private static final String CORE = "core/src/main/java/dev/larder/";
    private static final String REDIS = "tiers/redis/src/main/java/dev/larder/tier/redis/";
    private static final String TESTS = "core-tests/src/test/java/dev/larder/";

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> everyRuleCatchesItsBadSamples() {
        return Rules.all().stream()
                .flatMap(rule -> samples(rule.name())
                        .map(sample -> dynamicTest(rule.name() + ": " + sample.guilty(), () -> {
                            Project project = project(sample.files());

                            assertThat(rule.violations(project))
                                    .as(rule.sentence())
                                    .extracting(Violation::path)
                                    .contains(sample.guilty());
                        })));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleHasABadSample() {
        return Rules.all().stream()
                .map(rule -> dynamicTest(
                        rule.name(), () -> assertThat(samples(rule.name())).isNotEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> noRuleMindsAGoodProject() throws Exception {
        Project project = project(goodProject());

        return Rules.all().stream()
                .map(rule -> dynamicTest(
                        rule.name(), () -> assertThat(rule.violations(project)).isEmpty()));
    }

    @Test
    void theClassesOfAModuleAreFoundByTheirSources() throws Exception {
        Project project = project(goodProject());

        assertThat(project.classesOf("core").values().stream().map(SourceFile::path))
                .contains(CORE + "time/Now.java", CORE + "load/Load.java")
                .doesNotContain(REDIS + "Far.java");
    }

    private Project project(Map<String, String> files) throws Exception {
        return Project.ofSamples(files, Files.createTempDirectory(folder, "classes"));
    }

    private static Stream<Sample> samples(String rule) {
        return switch (rule) {
            case "module-arrows" ->
                Stream.of(
                        of("core/pom.xml", pom("larder-core", "larder-redis")).and(TESTS + "Any.java", "class Any {}"),
                        of("codecs/xml/pom.xml", pom("larder-xml", "larder-core"))
                                .and(TESTS + "Any.java", "class Any {}"));
            case "library-dependencies" ->
                Stream.of(
                        of(
                                CORE + "load/Bad.java",
                                "package dev.larder.load; class Bad { org.assertj.core.api.Assertions a; }"),
                        of(
                                REDIS + "Bad.java",
                                "package dev.larder.tier.redis; class Bad { org.assertj.core.api.Assertions[] a; }"),
                        of(
                                        CORE + "load/Bad.java",
                                        "package dev.larder.load; class Bad { dev.larder.tier.redis.Far far; }")
                                .and(REDIS + "Far.java", "package dev.larder.tier.redis; public class Far {}"));
            case "core-order" ->
                Stream.of(
                        of(CORE + "time/Bad.java", "package dev.larder.time; class Bad { dev.larder.load.Load load; }")
                                .and(CORE + "load/Load.java", "package dev.larder.load; public class Load {}"),
                        of(CORE + "load/Bad.java", "package dev.larder.load; class Bad { dev.larder.Cache cache; }")
                                .and(CORE + "Cache.java", "package dev.larder; public class Cache {}"),
                        of(CORE + "unheard/Bad.java", "package dev.larder.unheard; class Bad {}"));
            case "core-cycles" ->
                Stream.of(of("core", "")
                        .and(CORE + "read/A.java", "package dev.larder.read; public class A { dev.larder.write.B b; }")
                        .and(
                                CORE + "write/B.java",
                                "package dev.larder.write; public class B { dev.larder.read.A a; }"));
            case "clock" ->
                Stream.of(
                                "long x = System.nanoTime();",
                                "java.util.function.LongSupplier x = System::currentTimeMillis;",
                                "Object x = java.time.Instant.now();",
                                "Object x = new java.util.Timer();",
                                "Object x = java.util.concurrent.Executors.newScheduledThreadPool(1);",
                                "void x() throws Exception { Thread.sleep(1); }")
                        .flatMap(body -> Stream.of(
                                of(CORE + "load/Bad.java", "package dev.larder.load; class Bad { " + body + " }"),
                                of(REDIS + "Bad.java", "package dev.larder.tier.redis; class Bad { " + body + " }")));
            case "java-serialization" ->
                Stream.of(of(
                        REDIS + "Bad.java",
                        "package dev.larder.tier.redis; class Bad { Object x(java.io.ObjectInputStream in) throws Exception"
                                + " { return in.readObject(); } }"));
            default -> sourceSamples(rule);
        };
    }

    private static Stream<Sample> sourceSamples(String rule) {
        return switch (rule) {
            case "method-length" ->
                Stream.of(
                        of(CORE + "Bad.java", "class Bad { void x() {" + "\n".repeat(TreeRules.METHOD_LINES) + "} }"));
            case "parameters" ->
                Stream.of(
                        of(CORE + "Bad.java", "class Bad { void x(int a, int b, int c, int d, int e, int f) {} }"),
                        of(
                                CORE + "Bad.java",
                                "class Bad { interface In { void x(int a, int b, int c, int d, int e, int f); } }"));
            case "get-accessors" ->
                Stream.of(
                        of(CORE + "Bad.java", "public class Bad { public int getSize() { return 0; } }"),
                        of(CORE + "Bad.java", "public interface Bad { int getSize(); }"));
            case "type-names" ->
                Stream.of("BadImpl", "CacheManager", "BadHelper", "BadUtils", "DefaultBad", "AbstractBad")
                        .map(name -> of(CORE + name + ".java", "class " + name + " {}"));
            case "test-sleep" ->
                Stream.of(
                        of(TESTS + "Bad.java", "class Bad { void x() throws Exception { Thread.sleep(1); } }"),
                        of(
                                TESTS + "Bad.java",
                                "class Bad { void x() throws Exception {"
                                        + " java.util.concurrent.TimeUnit.SECONDS.sleep(1); } }"));
            case "disabled-tests" ->
                Stream.of(of(TESTS + "Bad.java", "class Bad { @org.junit.jupiter.api.Disabled void x() {} }"));
            case "package-info" ->
                Stream.of(
                        of("core/src/main/java/dev/larder", "")
                                .and(CORE + "Bad.java", "package dev.larder; class Bad {}"),
                        of("core/src/main/java/dev/larder", "")
                                .and(CORE + "package-info.java", "/** Doc. */ package dev.larder;"));
            case "file-length" ->
                Stream.of(of(CORE + "Bad.java", "class Bad {}" + "\n".repeat(TextRules.FILE_LINES + 1)));
            case "promises" -> Stream.of(of(CORE + "Bad.java", "// TO" + "DO later\nclass Bad {}"));
            case "author-tags" -> Stream.of(of(CORE + "Bad.java", "/**\n * @author somebody\n */\nclass Bad {}"));
            case "document-links" ->
                Stream.of("[a](missing.md)", "[a](../x/missing.md)", "[a](#missing)", "[a](b.md#missing)")
                        .map(link -> of("docs/a.md", "# A\n" + link)
                                .and("docs/b.md", "# B")
                                .and(TESTS + "Any.java", "class Any {}"));
            case "package-names" -> Stream.of(of(CORE + "util/Bad.java", "package dev.larder.util;\nclass Bad {}"));
            default -> Stream.empty();
        };
    }

    private static Map<String, String> goodProject() {
        Map<String, String> files = new TreeMap<>();
        for (String feature : new String[] {"time", "load"}) {
            files.put(CORE + feature + "/package-info.java", packageInfo("dev.larder." + feature));
        }
        files.put(CORE + "time/Now.java", "package dev.larder.time; public class Now { long x = System.nanoTime(); }");
        files.put(CORE + "load/Load.java", """
                package dev.larder.load;
                // TO%s #12: an issue is named
                public class Load {
                    dev.larder.time.Now now;
                    public int[][] size() { return new int[0][]; }
                    public Object get(Object key) { return "Thread.sleep(1)"; }
                }
                """.formatted("DO"));
        files.put(REDIS + "package-info.java", packageInfo("dev.larder.tier.redis"));
        files.put(REDIS + "Far.java", "package dev.larder.tier.redis; class Far { dev.larder.load.Load[] load; }");
        files.put(
                TESTS + "Good.java",
                "package dev.larder; class Good { @Override public String toString() { return null; } }");
        files.put("README.md", """
                # Good
                [docs](docs), [a](docs/a.md#one--two), [`this`](#good), [far](https://example.org/missing.md)
                ```
                [code](missing.md)
                ```
                and `[code](missing.md)`
                """);
        files.put("docs/a.md", "## One & two\n[back](../README.md) [source](../core/pom.xml)");
        files.put("core/pom.xml", pom("larder-core", "jspecify"));
        files.put("tiers/redis/pom.xml", pom("larder-redis", "larder-core"));
        return files;
    }

    private static String packageInfo(String name) {
        return "/** Doc. */ @org.jspecify.annotations.NullMarked package " + name + ";";
    }

    private static String pom(String artifact, String dependency) {
        String group = dependency.startsWith("larder") ? "dev.larder" : "org.jspecify";
        return """
                <project><artifactId>%s</artifactId><dependencies>
                  <dependency><groupId>%s</groupId><artifactId>%s</artifactId></dependency>
                  <dependency><groupId>dev.larder</groupId><artifactId>larder-testkit</artifactId><scope>test</scope></dependency>
                </dependencies></project>
                """.formatted(artifact, group, dependency);
    }

    private static Sample of(String guilty, String text) {
        return new Sample(guilty, Map.of(guilty, text));
    }

    /** Files of which the one at {@code guilty} breaks the rule. */
    private record Sample(String guilty, Map<String, String> files) {
        Sample and(String path, String text) {
            Map<String, String> all = Stream.concat(files.entrySet().stream(), Map.of(path, text).entrySet().stream())
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            return new Sample(guilty, all);
        }
    }
}
