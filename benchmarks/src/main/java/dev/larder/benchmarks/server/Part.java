package dev.larder.benchmarks.server;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.util.List;

/** One thing that is measured: runs, and adds its section to the page. */
interface Part {
    /** Measures, writes its section, and says what had to hold. */
    List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException;
}
