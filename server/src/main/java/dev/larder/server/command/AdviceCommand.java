package dev.larder.server.command;

import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.advice.Advice;
import dev.larder.server.advice.Situation;
import dev.larder.server.store.ExpiryForecast;
import dev.larder.server.store.MemoryReport;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** {@code LARDER.ADVICE}, and the same in {@code INFO advice}. */
final class AdviceCommand {
    private static final int LOOKS = 8_192;
    private static final int[] SPANS = {1, 10, 60};

    private AdviceCommand() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("larder.advice", AdviceCommand::run);
    }

    private static Advice advice(Node node) {
        node.countReads();
        MemoryReport memory = node.store().memory();
        double busy =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? Math.max(0, system.getProcessCpuLoad())
                        : 0;
        ExpiryForecast forecast = ExpiryForecast.of(node.store(), LOOKS, ThreadLocalRandom.current());
        return node.observer().advise(new Situation(memory.allocated(), memory.maxBytes(), busy, forecast));
    }

    /** What is one number or sentence, by name. */
    private static Map<String, String> facts(Advice advice) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("advice", advice.sentence());
        facts.put("reads", Long.toString((long) advice.reads()));
        for (int i = 0; i < Advice.SHARES.size(); i++) {
            double ratio = advice.hitRatios().get(i);
            String name = "hit_ratio_at_" + (int) (Advice.SHARES.get(i) * 100) + "_percent";
            facts.put(name, Double.isNaN(ratio) ? "unknown" : String.format(Locale.ROOT, "%.4f", ratio));
        }
        for (int seconds : SPANS) {
            facts.put(
                    "expiring_in_" + seconds + "s",
                    Long.toString(Math.round(advice.forecast().within(seconds))));
        }
        facts.put("expiring_in_600s", Long.toString(Math.round(advice.forecast().withinTenMinutes())));
        facts.put("expiry_storm_in", advice.stormSecond() < 0 ? "none" : advice.stormSecond() + "s");
        return facts;
    }

    /** The lines of {@code INFO advice}. */
    static Map<String, String> lines(Node node) {
        return facts(advice(node));
    }

    private static void run(Call call) {
        Advice advice = advice(call.node());
        Map<String, String> facts = facts(advice);
        ReplyWriter out = call.out();
        out.map(facts.size() + 2);
        facts.forEach((name, value) -> {
            out.bulk(name);
            out.bulk(value);
        });
        out.bulk("hot_keys");
        keys(out, advice.hot());
        out.bulk("written_more_than_read");
        keys(out, advice.written());
    }

    private static void keys(ReplyWriter out, List<Advice.Used> keys) {
        out.array(keys.size());
        for (Advice.Used each : keys) {
            out.array(3);
            out.bulk(each.key());
            out.bulk(String.format(Locale.ROOT, "%.4f", each.share()));
            out.bulk(String.format(Locale.ROOT, "%.4f", each.writes()));
        }
    }
}
