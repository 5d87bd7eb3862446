/**
 * A shared tier that is away for ten seconds under load: what callers, the origin and the values they get see of it. Open
 * {@link dev.larder.benchmarks.outage.OutageCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.outage;

import org.jspecify.annotations.NullMarked;
