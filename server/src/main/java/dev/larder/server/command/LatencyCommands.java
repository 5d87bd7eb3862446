package dev.larder.server.command;

import dev.larder.server.watch.CommandStats;
import dev.larder.server.watch.Spikes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code LATENCY}: what took long. */
final class LatencyCommands {
    private static final int MOST_BITS = 30;
    private static final int WIDEST = 60;
    private static final String OFF =
            "Nothing is recorded: CONFIG SET latency-monitor-threshold <milliseconds> says what" + " is long.";

    private LatencyCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("latency|latest", LatencyCommands::latest);
        bodies.put("latency|history", LatencyCommands::history);
        bodies.put("latency|reset", LatencyCommands::reset);
        bodies.put("latency|graph", LatencyCommands::graph);
        bodies.put("latency|doctor", LatencyCommands::doctor);
        bodies.put("latency|histogram", LatencyCommands::histogram);
        bodies.put("latency|help", HelpText::reply);
    }

    private static Spikes spikes(Call call) {
        return call.node().watch().spikes();
    }

    private static void latest(Call call) {
        List<String> events = spikes(call).events();
        call.out().array(events.size());
        for (String event : events) {
            Spikes.Sample last = spikes(call).history(event).getLast();
            call.out().array(4);
            call.out().bulk(event);
            call.out().integer(last.seconds());
            call.out().integer(last.millis());
            call.out().integer(spikes(call).highest(event));
        }
    }

    private static void history(Call call) {
        List<Spikes.Sample> samples = spikes(call).history(call.text(2));
        call.out().array(samples.size());
        for (Spikes.Sample sample : samples) {
            call.out().array(2);
            call.out().integer(sample.seconds());
            call.out().integer(sample.millis());
        }
    }

    private static void reset(Call call) {
        int count = call.count() == 2 ? spikes(call).clear(null) : 0;
        for (int i = 2; i < call.count(); i++) {
            count += spikes(call).clear(call.text(i));
        }
        call.out().integer(count);
    }

    /** One line a sample, for people. */
    private static void graph(Call call) {
        String event = call.text(2);
        List<Spikes.Sample> samples = spikes(call).history(event);
        if (samples.isEmpty()) {
            throw new Complaint("ERR No samples available for event '" + event + "'");
        }
        long high = Math.max(1, spikes(call).highest(event));
        long now = call.now() / Expiry.SECOND;
        StringBuilder text = new StringBuilder(event + " - all time high " + high + " ms\n");
        for (Spikes.Sample sample : samples) {
            String bar = "#".repeat((int) Math.max(1, Math.min(WIDEST, sample.millis() * WIDEST / high)));
            text.append(String.format(
                    Locale.ROOT, "%6ds ago %6d ms %s%n", Math.max(0, now - sample.seconds()), sample.millis(), bar));
        }
        call.out().verbatim("txt", text.toString());
    }

    private static void doctor(Call call) {
        StringBuilder text = new StringBuilder();
        if (call.node().settings().number("latency-monitor-threshold") == 0) {
            text.append(OFF).append('\n');
        }
        for (String event : spikes(call).events()) {
            List<Spikes.Sample> samples = spikes(call).history(event);
            double mean =
                    samples.stream().mapToLong(Spikes.Sample::millis).average().orElse(0);
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %d latency spikes, %.0f ms on average, %d ms at most. SLOWLOG GET has the commands.%n",
                    event,
                    samples.size(),
                    mean,
                    spikes(call).highest(event)));
        }
        if (text.isEmpty()) {
            text.append("No latency spikes were seen.\n");
        }
        call.out().verbatim("txt", text.toString());
    }

    private static void histogram(Call call) {
        Map<String, CommandStats.Sum> wanted = new LinkedHashMap<>();
        if (call.count() == 2) {
            call.node().table().all().forEach(command -> addWithSubcommands(call, command, wanted));
        }
        for (int i = 2; i < call.count(); i++) {
            Command command = call.node().table().named(call.text(i).toLowerCase(Locale.ROOT));
            if (command != null) {
                addWithSubcommands(call, command, wanted);
            }
        }
        call.out().map(wanted.size());
        wanted.forEach((name, sum) -> {
            call.out().bulk(name);
            call.out().map(2);
            call.out().bulk("calls");
            call.out().integer(sum.timed());
            call.out().bulk("histogram_usec");
            steps(call, sum);
        });
    }

    private static void addWithSubcommands(Call call, @Nullable Command command, Map<String, CommandStats.Sum> into) {
        if (command == null) {
            return;
        }
        CommandStats.Sum sum = call.node().watch().sum(command.number());
        if (sum.timed() > 0) {
            into.put(command.name(), sum);
        }
        command.subcommands().values().forEach(sub -> addWithSubcommands(call, sub, into));
    }

    /** So many calls within each power of two microseconds, where it is more than within the one before. */
    private static void steps(Call call, CommandStats.Sum sum) {
        List<long[]> steps = new ArrayList<>();
        long before = 0;
        for (int bit = 0; bit < MOST_BITS && before < sum.timed(); bit++) {
            long count = sum.within(1L << bit);
            if (count > before) {
                steps.add(new long[] {1L << bit, count});
                before = count;
            }
        }
        call.out().map(steps.size());
        for (long[] step : steps) {
            call.out().integer(step[0]);
            call.out().integer(step[1]);
        }
    }
}
