package dev.larder.checks;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Java file: its path in the repository (with {@code /}), its text, and its syntax tree. */
record SourceFile(String path, String text, CompilationUnitTree unit, SourcePositions positions) {
    /** The folder of the module that the file belongs to, for example {@code tiers/redis}. */
    String module() {
        return path.substring(0, path.indexOf("/src/"));
    }

    boolean isMain() {
        return path.contains("/src/main/");
    }

    boolean isLibraryMain() {
        return isMain() && Modules.isLibrary(module());
    }

    /** The path below the source root, for example {@code dev/larder/Cache.java}. */
    String pathInPackages() {
        return path.substring(path.indexOf("/java/") + "/java/".length());
    }

    List<String> lines() {
        return text.lines().toList();
    }

    long lineOf(Tree tree) {
        return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
    }

    long linesOf(Tree tree) {
        return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree)) - lineOf(tree) + 1;
    }

    /** Every tree of {@code kind} in the file, outermost first. */
    <T extends Tree> List<T> trees(Class<T> kind) {
        List<T> found = new ArrayList<>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void scan(@Nullable Tree tree, @Nullable Void nothing) {
                if (kind.isInstance(tree)) {
                    found.add(kind.cast(tree));
                }
                return super.scan(tree, null);
            }
        }.scan(unit, null);
        return found;
    }
}
