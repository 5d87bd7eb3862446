package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.script.Program;
import java.util.Map;

/** Scripts. */
final class ScriptCommands {
    private static final int DIGITS = 40;
    private static final byte[] SYNC = Ascii.bytes("sync");
    private static final byte[] ASYNC = Ascii.bytes("async");
    private static final byte[] NO = Ascii.bytes("no");
    private static final String NEGATIVE = "ERR Number of keys can't be negative";
    private static final String TOO_MANY = "ERR Number of keys can't be greater than number of args";
    private static final String FLUSH_MODE = "ERR SCRIPT FLUSH only support SYNC|ASYNC option";
    private static final String NO_DEBUGGER = "ERR there is no debugger for scripts";

    private ScriptCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("eval", call -> run(call, false, false));
        bodies.put("eval_ro", call -> run(call, false, true));
        bodies.put("evalsha", call -> run(call, true, false));
        bodies.put("evalsha_ro", call -> run(call, true, true));
        bodies.put(
                "script|load",
                call -> call.out()
                        .bulk(call.node().scripts().loaded(call.arguments().copy(2))));
        bodies.put("script|exists", ScriptCommands::exists);
        bodies.put("script|flush", ScriptCommands::flush);
        bodies.put("script|kill", call -> {
            call.node().scripts().kill();
            call.out().ok();
        });
        bodies.put("script|debug", call -> {
            if (!call.is(2, NO)) {
                throw new Complaint(NO_DEBUGGER);
            }
            call.out().ok();
        });
        bodies.put("script|help", HelpText::reply);
    }

    private static void run(Call call, boolean isDigest, boolean isReadOnly) {
        Scripts scripts = call.node().scripts();
        byte[] made = scripts.reply(call.client());
        if (made != null) {
            call.out().encoded(made);
            return;
        }
        if (isDigest && call.arguments().length(1) != DIGITS) {
            throw new Complaint(Scripts.NO_SCRIPT);
        }
        long keys = call.integer(2, Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (keys > call.count() - 3) {
            throw new Complaint(TOO_MANY);
        }
        if (keys < 0) {
            throw new Complaint(NEGATIVE);
        }
        Program program = isDigest
                ? scripts.known(call.latin(1))
                : scripts.evaluated(call.arguments().copy(1));
        call.worker()
                .scripts()
                .run(new ScriptRunner.Task(program, call.arguments(), call.client(), isReadOnly), call.out());
    }

    private static void exists(Call call) {
        call.out().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            call.out().integer(call.node().scripts().isKnown(call.latin(i)) ? 1 : 0);
        }
    }

    private static void flush(Call call) {
        if (call.count() > 3 || (call.count() == 3 && !call.is(2, SYNC) && !call.is(2, ASYNC))) {
            throw new Complaint(FLUSH_MODE);
        }
        call.node().scripts().flush();
        call.out().ok();
    }
}
