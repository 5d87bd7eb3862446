package dev.larder.cli;

import dev.larder.storefront.StorefrontOptions;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The further instances of a demo: processes of the same program that share the first one's database and tiers. Each has
 * the first one's end of a pipe as its standard input and ends when that closes, so that none outlives the first, however
 * that ends. What holds passwords goes through the environment, never over the command line. Thread-safe.
 */
final class Followers implements AutoCloseable {
    /** How a follower says on its standard output that it answers, before its address. */
    static final String READY = "ready ";

    static final String TIERS = "LARDER_DEMO_TIERS";
    static final String DATABASE = "LARDER_DEMO_DATABASE";
    static final String ADDRESSES = "LARDER_DEMO_ADDRESSES";

    private static final int END_SECONDS = 5;

    private final StorefrontOptions options;
    private final List<Process> processes = new ArrayList<>();
    private boolean closed;

    Followers(StorefrontOptions options) {
        this.options = options;
    }

    /**
     * Starts one and waits until it answers; returns its address.
     *
     * @param database where it finds the database, as the first instance shares it
     * @throws FollowerException if it ended instead; its own last line said why
     */
    String start(int port, String strategy, String database) throws IOException, InterruptedException {
        Process process = launch(port, strategy, database);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(READY)) {
                return line.substring(READY.length());
            }
        }
        process.destroy();
        boolean ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        throw new FollowerException(port, ended ? process.exitValue() : ExitCode.FAILED.code());
    }

    private synchronized Process launch(int port, String strategy, String database) throws IOException {
        if (closed) {
            throw new IOException("the demo is ending");
        }
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!argument.startsWith("-agentlib:jdwp")) {
                command.add(argument);
            }
        }
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "demo", "--follower"));
        command.addAll(List.of("--port", Integer.toString(port), "--strategy", strategy));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put(TIERS, String.join(",", options.tiers()));
        environment.put(DATABASE, database);
        environment.put(ADDRESSES, String.join(",", options.instances()));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Ends every follower, and waits for each for a few seconds. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
        processes.clear();
    }

    /** What the first instance handed to this one. */
    static String secret(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException("--follower is for the program's own use: " + name + " is not set");
        }
        return value;
    }

    /** Waits until the process is told to end. */
    static void awaitEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (!never.await(1, TimeUnit.DAYS)) {
            Thread.onSpinWait();
        }
    }

    /** Waits until the first instance is gone. */
    static void awaitEndOfLeader() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is ever sent; only the end of the stream means something.
            Thread.onSpinWait();
        }
    }
}
