package dev.larder.server.command;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.acl.User;
import dev.larder.server.client.Client;
import dev.larder.server.client.Line;
import dev.larder.server.client.Message;
import dev.larder.server.script.Host;
import dev.larder.server.script.Interpreter;
import dev.larder.server.script.Program;
import dev.larder.server.script.Words;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts for one worker, each at one moment: under the locks of the keys that it declares, or of all where it was
 * seen to use others. Its commands go through the same table and the same dispatcher as a client's. Confined to the
 * worker's thread, but for what says so.
 */
@SuppressWarnings("try") // a section is held, not used
final class ScriptRunner implements Host {
    private static final Logger LOG = System.getLogger("dev.larder.server.scripts");
    private static final Level[] LEVELS = {Level.DEBUG, Level.INFO, Level.INFO, Level.WARNING};
    private static final String UNKNOWN = "ERR Unknown Redis command called from script";
    private static final String WRONG_COUNT = "ERR Wrong number of args calling Redis command from script";
    private static final String REFUSED = "ERR This Redis command is not allowed from script";
    private static final String READ_ONLY = "ERR Write commands are not allowed from read-only scripts.";
    private static final String UNDECLARED = "ERR the script used a key that it had not declared in KEYS after it had"
            + " written, and others held it: what was written stays. Declare all keys, or run it again";
    private static final int KEPT_BYTES = 64 << 10;
    private static final int EXTEND_MILLIS = 5;

    private final Worker worker;
    private final Interpreter interpreter;
    private final ByteSink sink = new ByteSink(KEPT_BYTES);
    private final Client inner = new Client(0, new SilentLine(), new Client.Origin("", "", 0), new ReplyWriter(sink));
    private boolean isReadOnly;
    private boolean isAlone;
    private boolean isInTransaction;
    private @Nullable Section held;
    private @Nullable User user;
    private Client caller = inner;
    private volatile boolean hasWritten;
    private volatile boolean isKilled;
    private volatile long startNanos;

    /**
     * A script to be run.
     *
     * @param arguments words of the command, the script or its digest at 1, the number of keys at 2
     * @param caller who called it: its database and its rights
     */
    record Task(Program program, Arguments arguments, Client caller, boolean isReadOnly) {
        Task with(Arguments own) {
            return new Task(program, own, caller, isReadOnly);
        }

        int keys() {
            return (int) arguments.toLong(2);
        }
    }

    ScriptRunner(Worker worker) {
        this.worker = worker;
        interpreter = new Interpreter(worker.node.settings().text("redis-version"));
        inner.transaction().running(true);
    }

    /** Runs a script on its client's loop. */
    void run(Task task, ReplyWriter out) {
        isAlone = false;
        isInTransaction = task.caller().transaction().isRunning();
        restart();
        int start = out.sink().length();
        try {
            lockAndRun(task, out);
        } catch (ScriptStop stop) {
            out.takeBack(start);
            switch (stop.reason()) {
                case MOVES -> {
                    worker.node.scripts().move(task.caller(), task);
                    throw new ScriptMoved();
                }
                default -> stopped(task, stop, out);
            }
        }
    }

    /** Runs a script on the thread for those that take long; its reply. */
    byte[] runAlone(Task task) {
        isAlone = true;
        isInTransaction = false;
        ByteSink replies = new ByteSink(0);
        ReplyWriter out = new ReplyWriter(replies);
        out.three(task.caller().isThree());
        try {
            lockAndRun(task, out);
        } catch (ScriptStop stop) {
            replies.clear();
            stopped(task, stop, out);
        }
        return Arrays.copyOf(replies.array(), replies.length());
    }

    void restart() {
        startNanos = System.nanoTime();
        hasWritten = false;
        isKilled = false;
    }

    private static void stopped(Task task, ScriptStop stop, ReplyWriter out) {
        String where = " script: " + task.program().sha() + ", on @user_script.";
        switch (stop.reason()) {
            case KILLED -> out.error("ERR Script killed by user with SCRIPT KILL..." + where);
            case TIMED_OUT ->
                out.error("ERR the script ran longer than lua-time-limit and was ended: what it had written stays"
                        + where);
            default -> throw new IllegalStateException("a script was stopped", stop);
        }
    }

    private void lockAndRun(Task task, ReplyWriter out) {
        int start = out.sink().length();
        Program program = task.program();
        isReadOnly = task.isReadOnly() || program.has("no-writes");
        inner.database(task.caller().database());
        inner.untouching(task.caller().isUntouching());
        caller = task.caller();
        user = caller.user() instanceof User known ? known : null;
        if (isInTransaction) {
            held = null;
            run(task, program, out);
            return;
        }
        boolean isGreedy = program.isGreedy();
        while (true) {
            Section section = worker.section;
            try (section) {
                if (isGreedy) {
                    section.addAll();
                } else {
                    addKeys(task, section);
                }
                held = section.lock();
                run(task, program, out);
                return;
            } catch (ScriptStop stop) {
                out.takeBack(start);
                if (stop.reason() != ScriptStop.Reason.NEEDS_ALL) {
                    throw stop;
                }
                program.greedy();
                isGreedy = true;
            } finally {
                held = null;
            }
        }
    }

    private void addKeys(Task task, Section section) {
        Slice key = worker.key;
        Arguments words = task.arguments();
        for (int i = 3; i < 3 + task.keys(); i++) {
            section.add(key.set(words.array(i), words.offset(i), words.length(i)));
        }
    }

    private void run(Task task, Program program, ReplyWriter out) {
        inner.three(false);
        sink.clear();
        interpreter.run(program, new Interpreter.Given(task.arguments(), 3, task.keys()), this, out);
    }

    /** How long the script has run. Any thread. */
    long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** Whether the script has changed anything. Any thread. */
    boolean hasWritten() {
        return hasWritten;
    }

    /** Has the script end soon. Any thread. */
    void kill() {
        isKilled = true;
    }

    // What the script asks for.

    @Override
    public ByteSink call(Words words) {
        Arguments arguments = words.arguments();
        sink.clear();
        Command command = worker.node.table().find(arguments);
        String refusal = refusal(command, arguments);
        if (refusal == null && command != null) {
            refusal = locked(command, arguments);
        }
        if (refusal != null || command == null) {
            inner.out().error(refusal == null ? UNKNOWN : refusal);
            return sink;
        }
        if (command.isWrite()) {
            hasWritten = true;
        }
        TrackingCommands.remember(caller, command, arguments, worker.node);
        try {
            worker.dispatcher().execute(inner, arguments, command);
        } catch (RuntimeException bug) {
            throw new ScriptStop(bug);
        }
        if (sink.length() == 0) {
            inner.out().error("ERR the reply is longer than client-output-buffer-limit");
        }
        return sink;
    }

    private @Nullable String refusal(@Nullable Command command, Arguments arguments) {
        if (command == null || command.body() == null || (command.isContainer() && arguments.count() > 1)) {
            return UNKNOWN;
        }
        if (!command.takes(arguments.count())) {
            return WRONG_COUNT;
        }
        if (command.has("noscript")) {
            return REFUSED;
        }
        if (user != null && !user.isUnlimited()) {
            String refusal = worker.node.access().refusal(caller, user, command, arguments);
            if (refusal != null) {
                return refusal;
            }
        }
        return isReadOnly && command.isWrite() ? READ_ONLY : null;
    }

    /** Makes sure that all locks are held that a command takes; what to say where that cannot be. */
    private @Nullable String locked(Command command, Arguments arguments) {
        Section section = held;
        if (section == null || !lacks(section, command, arguments)) {
            return null;
        }
        if (!hasWritten) {
            throw new ScriptStop(ScriptStop.Reason.NEEDS_ALL);
        }
        return section.extend(EXTEND_MILLIS) ? null : UNDECLARED;
    }

    private boolean lacks(Section section, Command command, Arguments arguments) {
        if (command.has("everything")) {
            return !section.holdsAll();
        }
        boolean[] lacks = {false};
        for (KeySpec spec : command.keys()) {
            spec.each(
                    arguments,
                    0,
                    i -> lacks[0] |= !section.holds(
                            worker.key.set(arguments.array(i), arguments.offset(i), arguments.length(i))));
        }
        return lacks[0];
    }

    @Override
    public @Nullable Boolean mayCall(Words words) {
        Arguments arguments = words.arguments();
        Command command = worker.node.table().find(arguments);
        if (command == null || command.body() == null) {
            return null;
        }
        return user == null || user.check(Access.request(command, arguments)) == null;
    }

    @Override
    public void three(boolean is) {
        inner.three(is);
    }

    @Override
    public void log(int level, String text) {
        LOG.log(LEVELS[level], text);
    }

    @Override
    public void check() {
        if (isKilled) {
            throw new ScriptStop(ScriptStop.Reason.KILLED);
        }
        if (isAlone) {
            return;
        }
        long millis = elapsedMillis();
        if (millis <= Scripts.QUICK_MILLIS) {
            return;
        }
        if (!hasWritten && !isInTransaction) {
            throw new ScriptStop(ScriptStop.Reason.MOVES);
        }
        long limit = worker.node.scripts().limitMillis();
        if (limit > 0 && millis > limit) {
            throw new ScriptStop(ScriptStop.Reason.TIMED_OUT);
        }
    }

    /** A connection that leads nowhere. */
    private static final class SilentLine implements Line {
        @Override
        public void deliver(Message message) {
            // scripts listen to nothing
        }

        @Override
        public void closeWhenSent() {
            // there is nothing to close
        }

        @Override
        public void kill() {
            // a reply that is too long is refused by the runner
        }

        @Override
        public void hold(long millis) {
            // scripts do not wait
        }

        @Override
        public void run(Runnable task) {
            throw new IllegalStateException("a command within a script waits for nothing");
        }

        @Override
        public Future<?> later(long millis, Runnable task) {
            throw new IllegalStateException("a command within a script waits for nothing");
        }

        @Override
        public void authenticated(boolean is) {
            // whoever calls the script has logged in
        }

        @Override
        public int heldBytes() {
            return 0;
        }

        @Override
        public long unsentBytes() {
            return 0;
        }
    }
}
