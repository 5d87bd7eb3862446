package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ProcessUse;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What some operations cost a server.
 *
 * @param rate operations a second
 * @param user seconds of processor time of its own code for a million operations
 * @param system the same of the kernel for it
 */
record Cost(double rate, double user, double system) {
    private static final double MILLION = 1e6;

    /** Something that runs operations. */
    interface Work {
        /** Runs them; operations a second. */
        double run() throws IOException, InterruptedException;
    }

    /** Runs so many operations and measures them. */
    static Cost of(ServerProcess server, long operations, Work work) throws IOException, InterruptedException {
        ProcessUse before = server.use();
        double rate = work.run();
        ProcessUse after = server.use();
        return new Cost(
                rate,
                (after.userSeconds() - before.userSeconds()) / operations * MILLION,
                (after.systemSeconds() - before.systemSeconds()) / operations * MILLION);
    }

    double processor() {
        return user + system;
    }

    /** The spread of a figure over rounds. */
    static Spread spread(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        return Spread.of(costs.stream().mapToDouble(figure).toArray());
    }

    /** The spread of a figure's ratio to others' of the same rounds. */
    static Spread ratio(List<Cost> costs, List<Cost> others, ToDoubleFunction<Cost> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < costs.size(); i++) {
            ratios.add(figure.applyAsDouble(costs.get(i)) / figure.applyAsDouble(others.get(i)));
        }
        return Spread.of(ratios);
    }
}
