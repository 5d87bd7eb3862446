package dev.larder.checks;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * What the rules look at.
 *
 * @param sources the Java sources with their trees
 * @param poms the pom.xml of each module
 * @param documents the Markdown files
 * @param paths every file, relative to the repository
 * @param classes the compiled classes of the libraries
 */
record Project(
        List<SourceFile> sources,
        Map<String, String> poms,
        Map<String, String> documents,
        Set<String> paths,
        JavaClasses classes) {
    private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea", "node_modules");

    /** The repository this build belongs to. */
    static Project ofRepository() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.larder");
        return of(read(root()), classes);
    }

    /** A made-up project of {@code files} (path → text), compiled into {@code folder}. */
    static Project ofSamples(Map<String, String> files, Path folder) {
        List<JavaFileObject> units = units(files);
        List<String> options = List.of("-d", folder.toString(), "-proc:none", "-nowarn");
        if (!compiler().getTask(null, null, null, options, null, units).call()) {
            throw new IllegalArgumentException("the sample must compile: " + files.keySet());
        }
        return of(files, new ClassFileImporter().importPath(folder));
    }

    static Path root() {
        Path from = Path.of(System.getProperty("larder.root", "")).toAbsolutePath();
        for (Path folder = from; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(".mvn"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder with .mvn at or above " + from);
    }

    /** The main classes of {@code module}, by the source file each was compiled from. */
    Map<JavaClass, SourceFile> classesOf(String module) {
        Map<String, SourceFile> files = sources.stream()
                .filter(file -> file.isMain() && file.module().equals(module))
                .collect(Collectors.toMap(SourceFile::pathInPackages, Function.identity()));
        return classes.stream()
                .filter(type -> files.containsKey(pathInPackages(type)))
                .collect(Collectors.toMap(Function.identity(), type -> files.get(pathInPackages(type))));
    }

    Stream<SourceFile> mainSources() {
        return sources.stream().filter(SourceFile::isMain);
    }

    Stream<SourceFile> librarySources() {
        return sources.stream().filter(SourceFile::isLibraryMain);
    }

    private static String pathInPackages(JavaClass type) {
        String file = type.getSource().flatMap(Source::getFileName).orElse("");
        return type.getPackageName().replace('.', '/') + "/" + file;
    }

    private static Project of(Map<String, String> files, JavaClasses classes) {
        Map<String, String> poms = new TreeMap<>();
        files.forEach((path, text) -> {
            if (path.endsWith("/pom.xml")) {
                poms.put(path.substring(0, path.length() - "/pom.xml".length()), text);
            }
        });
        Map<String, String> documents = new TreeMap<>(files);
        documents.keySet().removeIf(path -> !path.endsWith(".md"));
        return new Project(parse(files), poms, documents, files.keySet(), classes);
    }

    private static List<SourceFile> parse(Map<String, String> files) {
        JavacTask task = (JavacTask) compiler().getTask(null, null, null, List.of("-proc:none"), null, units(files));
        Trees trees = Trees.instance(task);
        List<SourceFile> sources = new ArrayList<>();
        try {
            task.parse().forEach(unit -> {
                String path = unit.getSourceFile().getName().substring(1);
                sources.add(new SourceFile(path, files.getOrDefault(path, ""), unit, trees.getSourcePositions()));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static JavaCompiler compiler() {
        @Nullable JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("these tests need a JDK, not a JRE");
        }
        return compiler;
    }

    private static List<JavaFileObject> units(Map<String, String> files) {
        return files.entrySet().stream()
                .filter(file -> file.getKey().endsWith(".java"))
                .<JavaFileObject>map(file -> new TextFile(file.getKey(), file.getValue()))
                .toList();
    }

    private static Map<String, String> read(Path root) {
        Map<String, String> files = new TreeMap<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean skip = SKIPPED.contains(String.valueOf(folder.getFileName()));
                    return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String path = root.relativize(file).toString().replace('\\', '/');
                    boolean isLookedAt = path.endsWith("/pom.xml")
                            || path.endsWith(".md")
                            || (path.endsWith(".java") && path.contains("/src/"));
                    files.put(path, isLookedAt ? Files.readString(file) : "");
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static final class TextFile extends SimpleJavaFileObject {
        private final String text;

        TextFile(String path, String text) {
            super(URI.create("text:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
