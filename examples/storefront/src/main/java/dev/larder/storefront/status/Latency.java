package dev.larder.storefront.status;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How long requests took. {@link #record} is for any thread and waits for none; the rest is guarded by the instance. */
public final class Latency {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final Recorder recorder = new Recorder(LONGEST_MICROS, 2);
    private final Histogram sinceStart = new Histogram(LONGEST_MICROS, 2);

    /** Counts one request. */
    public void record(long nanos) {
        recorder.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, LONGEST_MICROS));
    }

    /** The requests since the last call. */
    synchronized Histogram interval() {
        Histogram interval = recorder.getIntervalHistogram();
        sinceStart.add(interval);
        return interval;
    }

    /** The requests since the start, up to the last {@link #interval}. */
    synchronized Quantiles quantiles() {
        return new Quantiles(
                sinceStart.getTotalCount(),
                sinceStart.getValueAtPercentile(50),
                sinceStart.getValueAtPercentile(90),
                sinceStart.getValueAtPercentile(99),
                sinceStart.getValueAtPercentile(99.9),
                sinceStart.getMaxValue());
    }

    /** Quantiles of the time that requests took, in microseconds. */
    public record Quantiles(long requests, long p50, long p90, long p99, long p999, long max) {}
}
