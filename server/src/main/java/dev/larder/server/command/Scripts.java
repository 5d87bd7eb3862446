package dev.larder.server.command;

import dev.larder.protocol.resp.Arguments;
import dev.larder.server.client.Client;
import dev.larder.server.script.Compiler;
import dev.larder.server.script.Program;
import dev.larder.server.script.ScriptException;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scripts that a server knows, and the one that is not quick. Thread-safe.
 *
 * <p>A script runs on its connection's loop, as any command. One that takes longer than {@value #QUICK_MILLIS} ms and has
 * written nothing yet begins anew on a thread of its own, so that the loop can go on. While that thread works, loops run no
 * command that could wait for the locks it holds: at first requests wait in their connections, and when {@code
 * lua-time-limit} is over they are answered with {@code BUSY}, and {@code SCRIPT KILL} ends it.
 */
public final class Scripts implements AutoCloseable {
    static final String BUSY = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
    static final int QUICK_MILLIS = 25;
    static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";
    private static final String NOT_BUSY = "NOTBUSY No scripts in execution right now.";
    private static final String UNKILLABLE = "UNKILLABLE Sorry the script already executed write commands against"
            + " the dataset. You can either wait the script termination or kill the server in a hard way using the"
            + " SHUTDOWN NOSAVE command.";
    /** How long commands that are under way when a slow script begins have to take their locks. */
    private static final int SETTLE_MILLIS = 30;

    private static final int MOST_EVALUATED = 500;
    private static final int MOST_LOADED = 10_000;
    private static final long MOST_BYTES = 64L << 20;
    private static final int STANDARD_LIMIT = 5_000;
    private static final int MOST_WAITING = 1_000;

    private final Node node;
    private final Map<String, Program> programs = new ConcurrentHashMap<>();
    private final ArrayDeque<String> evaluated = new ArrayDeque<>();
    private long bytes;
    private int loaded;

    private final Map<Client, Job> jobs = new ConcurrentHashMap<>();
    private final ExecutorService thread;
    private volatile @Nullable ScriptRunner slow;
    private volatile boolean isSlow;

    Scripts(Node node) {
        this.node = node;
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                    Thread made = new Thread(task, "larder-server-script");
                    made.setDaemon(true);
                    return made;
                });
        executor.allowCoreThreadTimeOut(true);
        this.thread = executor;
    }

    // What is known.

    /** The program of a digest, in hex digits of any case. */
    Program known(String sha) {
        Program program = programs.get(sha.toLowerCase(Locale.ROOT));
        if (program == null) {
            throw new Complaint(NO_SCRIPT);
        }
        return program;
    }

    boolean isKnown(String sha) {
        return programs.containsKey(sha.toLowerCase(Locale.ROOT));
    }

    /** The program of a text that is to run now. The latest of them are kept. */
    Program evaluated(byte[] text) {
        String sha = Compiler.sha(text);
        Program program = programs.get(sha);
        return program == null ? compiled(sha, text, false) : program;
    }

    /** The digest of a text that is kept until {@link #flush}. */
    String loaded(byte[] text) {
        String sha = Compiler.sha(text);
        compiled(sha, text, true);
        return sha;
    }

    private synchronized Program compiled(String sha, byte[] text, boolean isKept) {
        Program known = programs.get(sha);
        if (known != null && !(isKept && evaluated.contains(sha))) {
            return known;
        }
        if (known == null && isKept && (loaded >= MOST_LOADED || bytes + text.length > MOST_BYTES)) {
            throw new Complaint("ERR at most " + MOST_LOADED + " scripts of " + MOST_BYTES
                    + " bytes in all are kept: flush those that are used no longer");
        }
        Program program;
        try {
            program = known == null ? Compiler.compile(sha, text) : known;
        } catch (ScriptException wrong) {
            throw new Complaint(wrong.text());
        }
        if (known == null) {
            programs.put(sha, program);
            bytes += text.length;
        }
        if (isKept) {
            evaluated.remove(sha);
            loaded++;
        } else {
            evaluated.add(sha);
            while (evaluated.size() > MOST_EVALUATED || (bytes > MOST_BYTES && evaluated.size() > 1)) {
                Program oldest = programs.remove(evaluated.remove());
                bytes -= oldest == null ? 0 : oldest.bytes();
            }
        }
        return program;
    }

    /** Forgets all. */
    synchronized void flush() {
        programs.clear();
        evaluated.clear();
        bytes = 0;
        loaded = 0;
    }

    // What is not quick.

    /** Whether a script runs on its own thread, or is about to. */
    boolean isSlow() {
        return isSlow;
    }

    /** Whether one has run for longer than it may before others are told. */
    boolean isBusy() {
        ScriptRunner runner = slow;
        long limit = limitMillis();
        return runner != null && limit > 0 && runner.elapsedMillis() > limit;
    }

    /** How long a script may run before others are told; 0 for ever. Has two names, of which the one that was changed counts. */
    long limitMillis() {
        long old = node.settings().number("lua-time-limit");
        return old == STANDARD_LIMIT ? node.settings().number("busy-reply-threshold") : old;
    }

    /** Ends the script that runs on its own thread. */
    void kill() {
        ScriptRunner runner = slow;
        if (runner == null || !isSlow) {
            throw new Complaint(NOT_BUSY);
        }
        if (runner.hasWritten()) {
            throw new Complaint(UNKILLABLE);
        }
        runner.kill();
    }

    /** Has a script run on its own thread, for a client that waits. */
    void move(Client client, ScriptRunner.Task task) {
        Arguments own = task.arguments().detached();
        Job job = new Job(task.with(own));
        jobs.put(client, job);
        try {
            thread.execute(() -> run(job));
        } catch (RejectedExecutionException full) {
            jobs.remove(client);
            throw new Complaint("BUSY more than " + MOST_WAITING + " scripts that take long are waiting");
        }
    }

    /** Whether a client waits for a script that was moved. */
    boolean isWaiting(Client client) {
        return jobs.containsKey(client);
    }

    /** The reply that a script made meanwhile; null if none was moved for this client. */
    byte @Nullable [] reply(Client client) {
        Job job = jobs.get(client);
        if (job == null) {
            return null;
        }
        if (job.reply == null) {
            throw new ScriptMoved();
        }
        jobs.remove(client);
        return job.reply;
    }

    private void run(Job job) {
        ScriptRunner runner = slow;
        if (runner == null) {
            runner = new ScriptRunner(node.newWorker());
            slow = runner;
        }
        runner.restart();
        isSlow = true;
        try {
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            job.reply = runner.runAlone(job.task);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            job.reply = Job.FAILED;
        } catch (RuntimeException | Error bug) {
            System.getLogger(Scripts.class.getName()).log(System.Logger.Level.ERROR, "a script failed", bug);
            job.reply = Job.FAILED;
        } finally {
            isSlow = false;
        }
    }

    /** A client has gone. */
    void gone(Client client) {
        jobs.remove(client);
    }

    /** Ends what runs. */
    @Override
    public void close() {
        ScriptRunner runner = slow;
        if (runner != null) {
            runner.kill();
        }
        thread.shutdownNow();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A script that was moved. */
    private static final class Job {
        static final byte[] FAILED = "-ERR internal error\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

        private final ScriptRunner.Task task;
        private volatile byte @Nullable [] reply;

        Job(ScriptRunner.Task task) {
            this.task = task;
        }
    }
}
