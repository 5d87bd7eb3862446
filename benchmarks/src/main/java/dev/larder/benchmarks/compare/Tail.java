package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.engine.TailProbe;
import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.process.Jdk;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** How long the slowest writes take, where each one evicts. */
final class Tail {
    private static final Target TARGET = Target.atMost(1.0, 0.7);
    private static final List<EngineKind> KINDS =
            List.of(EngineKind.LARDER_STORE, EngineKind.LARDER_CACHE, EngineKind.CAFFEINE, EngineKind.CACHE2K);
    private static final List<String> COLUMNS = List.of("50 %", "99 %", "99.9 %", "99.99 %", "longest", "writes");
    private static final int JUDGED_COLUMN = COLUMNS.indexOf("99.99 %");
    private static final int THREADS = 2;

    private Tail() {}

    static Findings run(Ground ground) throws IOException, InterruptedException {
        int entries = ground.run().size(1 << 20, 1 << 14);
        double seconds = ground.run().quick() ? 0.6 : 6;
        List<Answer> answers = new ArrayList<>();
        for (int round = 0; round < ground.rounds(); round++) {
            for (Jdk jdk : ground.jdks()) {
                List<EngineKind> order = new ArrayList<>(KINDS);
                Collections.rotate(order, round);
                for (EngineKind kind : order) {
                    String text = Ground.probe(TailProbe.class, jdk.jvm(Speed.HEAP), kind, entries, THREADS, seconds);
                    answers.add(Answer.of(jdk.title(), kind, round, text));
                    ground.run()
                            .progress(String.format(
                                    "round %d of %d, slowest writes, %s, %s: %s",
                                    round + 1, ground.rounds(), jdk.title(), kind.title(), text));
                }
            }
        }
        String introduction = String.format("""
                Nanoseconds of one write of a new key into a cache that holds its bound of %,d entries, by %d threads that \
                write without pause for %s seconds, the first third not counted. Every write is timed. Pauses of the \
                collector and of the scheduler are in it.""", entries, THREADS, Spread.number(seconds));
        return findings(ground.jdks().stream().map(Jdk::title).toList(), introduction, answers);
    }

    static Findings findings(List<String> jdks, String introduction, List<Answer> answers) {
        List<Score> scores = new ArrayList<>();
        List<Object> parts = new ArrayList<>(List.of(introduction));
        for (String jdk : jdks) {
            List<Answer> here =
                    answers.stream().filter(each -> each.jdk().equals(jdk)).toList();
            parts.add(table(jdk, here));
            scores.add(new Score(
                    jdk,
                    "99.99 % of writes that evict, " + THREADS + " threads: times Caffeine's time",
                    TARGET,
                    overCaffeine(EngineKind.LARDER_STORE, here),
                    overCaffeine(EngineKind.LARDER_CACHE, here)));
        }
        return new Findings(scores, List.of(new Findings.Section("The slowest writes", parts)));
    }

    private static Table table(String jdk, List<Answer> answers) {
        List<String> headings = new ArrayList<>(List.of(jdk));
        headings.addAll(COLUMNS);
        Table table = new Table(headings.toArray(String[]::new));
        for (EngineKind kind : KINDS) {
            List<Object> cells = new ArrayList<>(List.of(kind.title()));
            IntStream.range(0, COLUMNS.size())
                    .mapToObj(column -> spread(kind, answers, column).text())
                    .forEach(cells::add);
            table.row(cells.toArray());
        }
        return table;
    }

    private static Spread spread(EngineKind kind, List<Answer> answers, int column) {
        return Spread.of(answers.stream()
                .filter(each -> each.kind() == kind)
                .map(each -> each.numbers().get(column))
                .toList());
    }

    private static Spread overCaffeine(EngineKind kind, List<Answer> answers) {
        return Spread.of(answers.stream()
                .filter(each -> each.kind() == kind)
                .mapToDouble(each -> each.judged() / caffeineIn(each.round(), answers))
                .toArray());
    }

    private static double caffeineIn(int round, List<Answer> answers) {
        return answers.stream()
                .filter(each -> each.kind() == EngineKind.CAFFEINE && each.round() == round)
                .mapToDouble(Answer::judged)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("round " + round + " has no answer of Caffeine"));
    }

    /** What one process found, in the order of the columns. */
    record Answer(String jdk, EngineKind kind, int round, List<Double> numbers) {
        static Answer of(String jdk, EngineKind kind, int round, String text) {
            List<Double> numbers =
                    List.of(text.split(" ", -1)).stream().map(Double::valueOf).toList();
            return new Answer(jdk, kind, round, numbers);
        }

        double judged() {
            return numbers.get(JUDGED_COLUMN);
        }
    }
}
