package dev.larder.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Markdown page of one measurement: what it shows, the result, what had to hold, and how to repeat it. Confined to
 * one thread.
 */
public final class Page {
    private final StringBuilder text = new StringBuilder();
    private final List<Claim> claims = new ArrayList<>();

    public Page(String title, String introduction) {
        text.append("# ")
                .append(title)
                .append("\n\n")
                .append(introduction.strip())
                .append('\n');
    }

    public Page section(String heading, Object... parts) {
        text.append("\n## ").append(heading).append('\n');
        for (Object part : parts) {
            text.append('\n').append(part.toString().strip()).append('\n');
        }
        return this;
    }

    /** Adds the section of what had to hold. */
    public Page claims(List<Claim> found) {
        claims.addAll(found);
        StringBuilder list = new StringBuilder();
        for (Claim claim : found) {
            list.append("- ").append(claim).append('\n');
        }
        return section("What had to hold", list);
    }

    /** Whether every claim held. */
    public boolean holds() {
        return claims.stream().allMatch(Claim::held);
    }

    /** Writes the page as {@code name.md} under {@code directory}, which is made if need be. */
    public Path write(Path directory, String name) throws IOException {
        Files.createDirectories(directory);
        return Files.writeString(directory.resolve(name + ".md"), text);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
