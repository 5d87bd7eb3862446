package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.report.Spread;
import java.util.Locale;

/**
 * What a ratio is to be: the floor it must not miss, the aim it should reach. Immutable.
 *
 * @param floor less is a broken promise
 * @param aim more than the promise
 * @param isCost whether less is better
 */
record Target(double floor, double aim, boolean isCost) {
    static Target atLeast(double floor, double aim) {
        return new Target(floor, aim, false);
    }

    static Target atMost(double floor, double aim) {
        return new Target(floor, aim, true);
    }

    /** What {@code found} is, judged by its median, to the hundredth: what the page shows is what is judged. */
    Verdict verdict(Spread found) {
        return reaches(found.median(), aim)
                ? Verdict.AIM_MET
                : reaches(found.median(), floor) ? Verdict.FLOOR_MET : Verdict.NOT_MET;
    }

    private boolean reaches(double found, double limit) {
        double shown = Math.round(found * 100) / 100.0;
        return !Double.isNaN(found) && (isCost ? shown <= limit : shown >= limit);
    }

    /** One of its limits, with its direction. */
    String text(double limit) {
        return (isCost ? "≤ " : "≥ ") + String.format(Locale.ROOT, "%.2f", limit);
    }

    /** How a ratio compares with its target. */
    enum Verdict {
        AIM_MET("aim met"),
        FLOOR_MET("floor met"),
        NOT_MET("NOT MET");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
