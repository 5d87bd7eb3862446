package dev.larder.benchmarks.report;

/**
 * Something a measurement was to show, and whether it did.
 *
 * @param text what was to hold, with the figure found
 * @param held whether it did
 */
public record Claim(String text, boolean held) {
    @Override
    public String toString() {
        return (held ? "holds: " : "BROKEN: ") + text;
    }
}
