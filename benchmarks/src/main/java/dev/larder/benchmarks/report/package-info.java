/**
 * From figures to a page: medians and spreads, tables, what must hold, and the facts of the run. Decides nothing about
 * what is measured. Open {@link dev.larder.benchmarks.report.Page} first.
 */
@NullMarked
package dev.larder.benchmarks.report;

import org.jspecify.annotations.NullMarked;
