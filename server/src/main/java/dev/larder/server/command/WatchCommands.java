package dev.larder.server.command;

import dev.larder.server.watch.Slowlog;
import java.util.List;
import java.util.Map;

/** The slow commands, and all commands as they come. */
final class WatchCommands {
    private static final int STANDARD = 10;
    private static final String COUNT = "ERR count should be greater than or equal to -1";

    private WatchCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("slowlog|get", WatchCommands::slow);
        bodies.put(
                "slowlog|len",
                call -> call.out().integer(call.node().watch().slowlog().count()));
        bodies.put("slowlog|reset", call -> {
            call.node().watch().slowlog().clear();
            call.out().ok();
        });
        bodies.put("slowlog|help", HelpText::reply);
        bodies.put("monitor", call -> {
            call.node().watch().monitor(call.client());
            call.out().ok();
        });
    }

    private static void slow(Call call) {
        if (call.count() > 3) {
            throw new Complaint("ERR unknown subcommand or wrong number of arguments for '" + call.text(1)
                    + "'. Try SLOWLOG HELP.");
        }
        long count = STANDARD;
        if (call.count() == 3) {
            if (!call.arguments().isLong(2) || call.arguments().toLong(2) < -1) {
                throw new Complaint(COUNT);
            }
            count = call.arguments().toLong(2);
        }
        List<Slowlog.Line> lines = call.node().watch().slowlog().last(count);
        call.out().array(lines.size());
        for (Slowlog.Line line : lines) {
            call.out().array(6);
            call.out().integer(line.id());
            call.out().integer(line.seconds());
            call.out().integer(line.micros());
            call.out().array(line.words().size());
            line.words().forEach(word -> call.out().bulk(word));
            call.out().bulk(line.address());
            call.out().bulk(line.name());
        }
    }
}
