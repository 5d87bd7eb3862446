package dev.larder.checks;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Rules on the compiled classes of the libraries: who uses whom, and what nobody calls. */
final class ClassRules {
    /** The packages of core from the bottom up; one may use those of its own line and of the lines before. */
    static final List<Set<String>> CORE_ORDER = List.of(
            Set.of("time", "failure"),
            Set.of("stats", "event"),
            Set.of("expiry"),
            Set.of("policy"),
            Set.of("store"),
            Set.of("tag"),
            Set.of("codec"),
            Set.of("bus"),
            Set.of("tier"),
            Set.of("stack"),
            Set.of("load"),
            Set.of("read", "write"),
            Set.of(""));

    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.Thread.sleep",
            "java.util.concurrent.TimeUnit.sleep",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.util.Timer.<init>",
            "java.util.Date.<init>",
            "java.util.concurrent.ScheduledThreadPoolExecutor.<init>",
            "java.util.concurrent.Executors.newScheduledThreadPool",
            "java.util.concurrent.Executors.newSingleThreadScheduledExecutor");

    private static final Set<String> SERIALIZATION =
            Set.of("java.io.ObjectInputStream", "java.io.ObjectOutputStream", "java.io.Externalizable");

    private ClassRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "library-dependencies",
                        "A library uses the JDK, the modules below it and what Modules.OUTSIDE allows it",
                        ClassRules::dependencies),
                new Rule(
                        "core-order",
                        "A package of core uses only packages of its own line or below in CORE_ORDER",
                        ClassRules::order),
                new Rule("core-cycles", "The packages of core form no cycle", ClassRules::cycles),
                new Rule(
                        "clock",
                        "Only dev.larder.time reads the system clock, sleeps or makes timers",
                        ClassRules::clocks),
                new Rule(
                        "java-serialization",
                        "No library reads or writes Java's serialized form",
                        ClassRules::serialization));
    }

    private static List<Violation> dependencies(Project project) {
        List<Violation> found = new ArrayList<>();
        for (String module : Modules.OUTSIDE.keySet()) {
            Map<JavaClass, SourceFile> own = project.classesOf(module);
            Map<JavaClass, SourceFile> below = new HashMap<>(own);
            Modules.ARROWS.getOrDefault(module, Set.of()).forEach(each -> below.putAll(project.classesOf(each)));
            List<String> prefixes = Stream.of(
                            List.of("java.", "javax.", "jdk."), Modules.ANNOTATIONS, Modules.OUTSIDE.get(module))
                    .flatMap(List::stream)
                    .toList();
            forEachDependency(own, (file, dependency) -> {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                boolean allowed = target.isPrimitive()
                        || below.containsKey(target)
                        || prefixes.stream().anyMatch(target.getName()::startsWith);
                if (!allowed) {
                    found.add(new Violation(file.path(), dependency.getDescription()));
                }
            });
        }
        return found;
    }

    private static List<Violation> order(Project project) {
        List<Violation> found = new ArrayList<>();
        Map<JavaClass, SourceFile> core = project.classesOf("core");
        core.forEach((type, file) -> {
            if (rank(type) < 0) {
                found.add(new Violation(file.path(), type.getPackageName() + " has no place in CORE_ORDER"));
            }
        });
        forEachDependency(core, (file, dependency) -> {
            JavaClass target = dependency.getTargetClass().getBaseComponentType();
            if (core.containsKey(target) && rank(target) > rank(dependency.getOriginClass())) {
                found.add(new Violation(file.path(), "uses a package above its own: " + dependency.getDescription()));
            }
        });
        return found;
    }

    private static int rank(JavaClass type) {
        String name = type.getPackageName();
        String feature = name.equals("dev.larder") ? "" : name.split("\\.", -1)[2];
        for (int i = 0; i < CORE_ORDER.size(); i++) {
            if (CORE_ORDER.get(i).contains(feature)) {
                return i;
            }
        }
        return -1;
    }

    private static List<Violation> cycles(Project project) {
        Set<JavaClass> core = project.classesOf("core").keySet();
        JavaClasses classes = project.classes().that(DescribedPredicate.describe("in core", core::contains));
        return slices()
                .matching("dev.larder.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .evaluate(classes)
                .getFailureReport()
                .getDetails()
                .stream()
                .map(detail -> new Violation("core", detail))
                .toList();
    }

    private static List<Violation> clocks(Project project) {
        List<Violation> found = new ArrayList<>();
        forEachLibraryClass(project, (type, file) -> {
            if (type.getPackageName().equals("dev.larder.time")) {
                return;
            }
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                String target = access.getTargetOwner().getName() + "."
                        + access.getTarget().getName();
                if (CLOCKS.contains(target)) {
                    found.add(new Violation(file.path(), access.getDescription()));
                }
            }
        });
        return found;
    }

    private static List<Violation> serialization(Project project) {
        List<Violation> found = new ArrayList<>();
        forEachLibraryClass(
                project,
                (type, file) -> type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> SERIALIZATION.contains(
                                dependency.getTargetClass().getName()))
                        .forEach(dependency -> found.add(new Violation(file.path(), dependency.getDescription()))));
        return found;
    }

    private static void forEachLibraryClass(Project project, BiConsumer<JavaClass, SourceFile> action) {
        Modules.OUTSIDE.keySet().forEach(module -> project.classesOf(module).forEach(action));
    }

    private static void forEachDependency(
            Map<JavaClass, SourceFile> classes, BiConsumer<SourceFile, Dependency> action) {
        classes.forEach((type, file) ->
                type.getDirectDependenciesFromSelf().forEach(dependency -> action.accept(file, dependency)));
    }
}
