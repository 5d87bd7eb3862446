package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.store.MemoryReport;
import java.util.Map;

/** The server as a whole: databases, time, memory. */
final class ServerCommands {
    private static final byte[] ASYNC = Ascii.bytes("async");
    private static final byte[] SYNC = Ascii.bytes("sync");
    private static final byte[] SLEEP = Ascii.bytes("sleep");
    private static final byte[] RELOAD = Ascii.bytes("reload");
    private static final byte[] HELP = Ascii.bytes("help");
    private static final int TIDY_STEP = 4_096;
    private static final int MOST_STEPS = 1_000;
    private static final String NO_CLUSTER = "ERR This instance has cluster support disabled";
    private static final String NO_FIRST = "ERR invalid first DB index";
    private static final String NO_SECOND = "ERR invalid second DB index";
    private static final String NO_DEBUG = "ERR DEBUG command not allowed. If the enable-debug-command"
            + " option is set to \"local\", you can run it from a local connection, otherwise you need to set this"
            + " option in the configuration file, and then restart the server.";

    private ServerCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put(
                "dbsize",
                call -> call.out()
                        .integer(call.node().store().size(call.client().database())));
        bodies.put("flushdb", call -> flush(call, false));
        bodies.put("flushall", call -> flush(call, true));
        bodies.put("swapdb", ServerCommands::swap);
        bodies.put("time", ServerCommands::time);
        bodies.put("wait", ServerCommands::await);
        bodies.put("role", call -> {
            call.out().array(3);
            call.out().bulk("master");
            call.out().integer(0);
            call.out().array(0);
        });
        bodies.put("memory|stats", ServerCommands::memory);
        bodies.put("memory|purge", ServerCommands::purge);
        bodies.put("memory|help", HelpText::reply);
        bodies.put("debug", ServerCommands::debug);
        for (String name : new String[] {"cluster", "readonly", "readwrite"}) {
            bodies.put(name, call -> {
                throw new Complaint(NO_CLUSTER);
            });
        }
    }

    private static void flush(Call call, boolean isAll) {
        if (call.count() > 2 || (call.count() == 2 && !call.is(1, ASYNC) && !call.is(1, SYNC))) {
            throw new Complaint(Complaint.SYNTAX);
        }
        if (isAll) {
            call.node().store().flushAll();
        } else {
            call.node().store().flush(call.client().database());
        }
        call.node().notices().noteFlush();
        call.out().ok();
    }

    private static void swap(Call call) {
        int one = call.database(1, NO_FIRST);
        int other = call.database(2, NO_SECOND);
        call.node().store().swap(one, other);
        call.node().waiters().swapped(one, other);
        call.node().notices().noteFlush();
        call.out().ok();
    }

    private static void time(Call call) {
        long millis = call.now();
        call.out().array(2);
        call.out().bulk(Long.toString(millis / Expiry.SECOND));
        call.out().bulk(Long.toString(millis % Expiry.SECOND * 1_000));
    }

    private static void await(Call call) {
        call.integer(1);
        if (!call.arguments().isLong(2)) {
            throw new Complaint("ERR timeout is not an integer or out of range");
        }
        if (call.arguments().toLong(2) < 0) {
            throw new Complaint("ERR timeout is negative");
        }
        call.out().integer(0);
    }

    private static void memory(Call call) {
        MemoryReport report = call.node().store().memory();
        call.out().map(9);
        field(call, "total.allocated", report.allocated());
        field(call, "maxmemory", report.maxBytes() == Long.MAX_VALUE ? 0 : report.maxBytes());
        field(call, "dataset.bytes", report.dataset());
        field(call, "overhead.total", report.overhead());
        field(call, "tables.bytes", report.tables());
        field(call, "policies.bytes", report.heap());
        field(call, "holes.bytes", report.holes());
        field(call, "free.pages.bytes", report.freePages());
        call.out().bulk("fragmentation");
        call.out().real(report.fragmentation());
    }

    private static void field(Call call, String name, long value) {
        call.out().bulk(name);
        call.out().integer(value);
    }

    private static void purge(Call call) {
        int steps = 0;
        while (call.node().store().tidy(TIDY_STEP) && steps < MOST_STEPS) {
            steps++;
        }
        call.out().ok();
    }

    /** DEBUG, for tests: only what has a meaning here. */
    private static void debug(Call call) {
        String allowed = call.node().settings().text("enable-debug-command");
        boolean isLocal = call.client().origin().remote().startsWith("127.")
                || call.client().origin().remote().startsWith("[::1]")
                || call.client().origin().remote().startsWith("/");
        if (!allowed.equals("yes") && !(allowed.equals("local") && isLocal)) {
            throw new Complaint(NO_DEBUG);
        }
        if (call.is(1, SLEEP) && call.count() == 3) {
            double seconds = seconds(call);
            call.client().line().hold((long) (seconds * Expiry.SECOND));
            call.out().ok();
        } else if (call.is(1, RELOAD) && call.count() == 2) {
            SnapshotCommands.reload(call);
        } else if (call.is(1, HELP)) {
            call.out().array(4);
            call.out().simple("RELOAD");
            call.out().simple("    Saves, empties all databases, and loads what was saved.");
            call.out().simple("SLEEP <seconds>");
            call.out().simple("    Has this connection, no other, wait for a time.");
        } else {
            throw new Complaint("ERR unknown subcommand '" + call.text(1) + "'. Try DEBUG HELP.");
        }
    }

    private static double seconds(Call call) {
        try {
            return Math.clamp(Double.parseDouble(call.text(2)), 0.0, 3_600.0);
        } catch (NumberFormatException e) {
            throw new Complaint(Complaint.NOT_A_FLOAT);
        }
    }
}
