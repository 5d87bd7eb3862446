package dev.larder.benchmarks.process;

import dev.larder.time.Ticker;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM with this one's class path that is told what to do in lines on its standard input and answers in lines on
 * its standard output; its errors go to this process's. It must end when its input ends.
 *
 * <p>For one thread, beside {@link #kill}.
 */
public final class ChildJvm implements AutoCloseable {
    private static final int MAX_UNREAD_LINES = 10_000;
    private static final Ticker TICKER = Ticker.system();

    private final String name;
    private final Process process;
    private final BufferedWriter input;
    private final BlockingQueue<Line> output = new LinkedBlockingQueue<>(MAX_UNREAD_LINES);

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter();
        Thread reader = new Thread(this::readOutput, name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts {@code main} with {@code arguments} in a JVM like this one, under {@code jvmOptions}. */
    public static ChildJvm start(String name, Class<?> main, List<String> jvmOptions, List<String> arguments)
            throws IOException {
        return start(name, main, Jvm.ofThisJdk(jvmOptions), arguments);
    }

    /** Starts {@code main} with {@code arguments}, on this process's class path. */
    public static ChildJvm start(String name, Class<?> main, Jvm jvm, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(jvm.java().toString());
        command.addAll(jvm.options());
        command.addAll(List.of("-cp", absoluteClassPath(), main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ChildJvm(name, Children.adopt(process));
    }

    /** Sends one line. */
    public void send(String line) throws IOException {
        input.write(line);
        input.newLine();
        input.flush();
    }

    /**
     * Waits for a line that begins with {@code word} and returns what follows it; lines before it are skipped.
     *
     * @throws IllegalStateException if the process ended or the time passed without one
     */
    public String await(String word, Duration timeout) throws InterruptedException {
        String answer = awaitOrGiveUp(word, timeout);
        if (answer == null) {
            throw new IllegalStateException(name + " did not say '" + word + "' within " + timeout);
        }
        return answer;
    }

    /** As {@link #await}, but null where the time passed without one. */
    public @Nullable String awaitOrGiveUp(String word, Duration timeout) throws InterruptedException {
        long deadline = TICKER.nanos() + timeout.toNanos();
        while (true) {
            Line line = output.poll(deadline - TICKER.nanos(), TimeUnit.NANOSECONDS);
            if (line == null) {
                return null;
            }
            if (line.text() == null) {
                throw new IllegalStateException(name + " ended without saying '" + word + "'");
            }
            if (line.text().equals(word) || line.text().startsWith(word + " ")) {
                return line.text().substring(word.length()).strip();
            }
        }
    }

    /** Ends it at once, as {@code kill -9} does; nothing in it can react. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Ends it: by the end of its input, or by force if it has not ended 10 seconds later. */
    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            process.destroyForcibly(); // its input is gone, so it has ended or cannot be told to
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readOutput() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.put(new Line(line));
            }
            output.put(new Line(null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    /** One line of output; without text, the end of it. */
    private record Line(@Nullable String text) {}
}
