package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of what was promised, and what was found. The store is judged where it takes part, for it is what other
 * libraries' bare caches are; the cache stands beside it. Immutable.
 *
 * @param jvm on which
 * @param what is compared, and with whom
 * @param target what the ratio is to be
 * @param store the store's ratio
 * @param cache the cache's ratio
 */
record Score(
        String jvm,
        String what,
        Target target,
        @Nullable Spread store,
        @Nullable Spread cache) {
    Score {
        if (store == null && cache == null) {
            throw new IllegalArgumentException("a score needs a ratio of store or cache but '" + what + "' has none");
        }
    }

    @SuppressWarnings("NullAway") // one is there: see the constructor
    private Spread judged() {
        return store == null ? cache : store;
    }

    Target.Verdict verdict() {
        return target.verdict(judged());
    }

    /** That the floor is met. */
    Claim claim() {
        Target.Verdict verdict = verdict();
        String text = jvm + ", " + what + ": " + judged().text() + ", floor " + target.text(target.floor()) + ", aim "
                + target.text(target.aim()) + ": " + verdict;
        return new Claim(text, verdict != Target.Verdict.NOT_MET);
    }

    /** The lines of one JVM. */
    static Table table(String jvm, List<Score> scores) {
        Table table = new Table(jvm, "floor", "aim", "Larder store", "Larder cache", "verdict");
        for (Score score : scores) {
            if (score.jvm.equals(jvm)) {
                Target target = score.target;
                table.row(
                        score.what,
                        target.text(target.floor()),
                        target.aim() == target.floor() ? "" : target.text(target.aim()),
                        text(score.store),
                        text(score.cache),
                        score.verdict());
            }
        }
        return table;
    }

    private static String text(@Nullable Spread ratio) {
        return ratio == null ? "" : ratio.text();
    }
}
