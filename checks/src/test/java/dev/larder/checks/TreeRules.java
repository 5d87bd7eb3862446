package dev.larder.checks;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/** Rules on the syntax trees of the sources. */
final class TreeRules {
    static final int METHOD_LINES = 60;
    /** Four are advised; the test stops at five, so that a reader's judgement has room for one. */
    static final int PARAMETERS = 5;

    private static final Pattern VAGUE_NAME =
            Pattern.compile(".*(Impl|Manager|Helper|Utils?)(?![a-z]).*|(Default|Abstract)[A-Z].*");
    private static final Pattern GET_ACCESSOR = Pattern.compile("get[A-Z].*");

    private static final Pattern SLEEP =
            Pattern.compile("(.*\\.)?(Thread|TimeUnit\\.\\w+|[A-Z]+SECONDS|SECONDS|MINUTES)\\.sleep");

    private TreeRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "method-length",
                        "A method has at most " + METHOD_LINES + " lines",
                        project -> methods(
                                project.sources().stream(),
                                (file, type, method) -> file.linesOf(method) > METHOD_LINES,
                                (file, method) -> " has " + file.linesOf(method) + " lines")),
                new Rule(
                        "parameters",
                        "A method has at most " + PARAMETERS + " parameters (constructors and overrides aside)",
                        project -> methods(
                                project.sources().stream(),
                                (file, type, method) -> method.getReturnType() != null
                                        && method.getParameters().size() > PARAMETERS
                                        && !isAnnotated(method.getModifiers(), "Override"),
                                (file, method) ->
                                        " has " + method.getParameters().size() + " parameters")),
                new Rule(
                        "get-accessors",
                        "A public accessor of a library carries no 'get'",
                        project -> methods(
                                project.librarySources(),
                                (file, type, method) -> isGetAccessor(type, method),
                                (file, method) -> " is called get…")),
                new Rule(
                        "type-names",
                        "A type's name says what sets it apart: no Impl, Manager, Helper, Util, Default…, Abstract…",
                        project -> trees(
                                project.mainSources(),
                                ClassTree.class,
                                type -> VAGUE_NAME.matcher(type.getSimpleName()).matches())),
                new Rule(
                        "test-sleep",
                        "No test sleeps",
                        project -> trees(
                                project.sources().stream().filter(file -> !file.isMain()),
                                MethodInvocationTree.class,
                                TreeRules::isSleep)),
                new Rule(
                        "disabled-tests",
                        "No test is switched off",
                        project -> trees(
                                project.sources().stream(),
                                AnnotationTree.class,
                                annotation -> isNamed(annotation, "Disabled"))),
                new Rule(
                        "package-info",
                        "Every package has a package-info.java that says what it owns and is @NullMarked",
                        TreeRules::packageInfo));
    }

    private static boolean isGetAccessor(ClassTree type, MethodTree method) {
        boolean isPublic = type.getModifiers().getFlags().contains(Modifier.PUBLIC)
                && (type.getKind() == Tree.Kind.INTERFACE
                        || method.getModifiers().getFlags().contains(Modifier.PUBLIC));
        return isPublic
                && method.getParameters().isEmpty()
                && GET_ACCESSOR.matcher(method.getName()).matches()
                && !isAnnotated(method.getModifiers(), "Override");
    }

    private static boolean isSleep(MethodInvocationTree call) {
        return SLEEP.matcher(call.getMethodSelect().toString()).matches();
    }

    private static List<Violation> packageInfo(Project project) {
        Set<String> marked = project.mainSources()
                .filter(file -> file.path().endsWith("/package-info.java"))
                .filter(file -> file.text().contains("/**"))
                .filter(file -> file.unit().getPackageAnnotations().stream()
                        .anyMatch(annotation -> isNamed(annotation, "NullMarked")))
                .map(TreeRules::folder)
                .collect(Collectors.toSet());
        return project.mainSources()
                .map(TreeRules::folder)
                .distinct()
                .filter(folder -> !marked.contains(folder))
                .map(folder -> new Violation(folder, "no documented @NullMarked package-info.java"))
                .toList();
    }

    private static String folder(SourceFile file) {
        return file.path().substring(0, file.path().lastIndexOf('/'));
    }

    private static boolean isAnnotated(ModifiersTree modifiers, String name) {
        return modifiers.getAnnotations().stream().anyMatch(annotation -> isNamed(annotation, name));
    }

    private static boolean isNamed(AnnotationTree annotation, String name) {
        String type = annotation.getAnnotationType().toString();
        return type.equals(name) || type.endsWith("." + name);
    }

    private static <T extends Tree> List<Violation> trees(Stream<SourceFile> files, Class<T> kind, Predicate<T> isBad) {
        return files.flatMap(file -> file.trees(kind).stream()
                        .filter(isBad)
                        .map(tree -> new Violation(file.path(), "line " + file.lineOf(tree) + ": " + firstLine(tree))))
                .toList();
    }

    private static String firstLine(Tree tree) {
        return tree.toString().strip().lines().findFirst().orElse("");
    }

    private static List<Violation> methods(Stream<SourceFile> files, MethodTest isBad, MethodText text) {
        List<Violation> found = new ArrayList<>();
        files.forEach(file -> {
            for (ClassTree type : file.trees(ClassTree.class)) {
                for (Tree member : type.getMembers()) {
                    if (member instanceof MethodTree method && isBad.test(file, type, method)) {
                        String name = type.getSimpleName() + "." + method.getName();
                        found.add(new Violation(file.path(), name + text.of(file, method)));
                    }
                }
            }
        });
        return found;
    }

    private interface MethodTest {
        boolean test(SourceFile file, ClassTree type, MethodTree method);
    }

    private interface MethodText {
        String of(SourceFile file, MethodTree method);
    }
}
