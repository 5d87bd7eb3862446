package dev.larder.file;

import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A process that counts in files, each guarded by a stripe: {@code LockCounter FOLDER COUNTERS TIMES}. Several threads
 * read a number and write the next one; two that are at it together would lose a count.
 */
final class LockCounter {
    static final int FILES = 4;
    static final int THREADS = 3;

    private LockCounter() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        count(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    }

    static void count(Path folder, Path counters, int times) throws InterruptedException, IOException {
        Locks locks = Locks.of(new Folder(folder));
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            int first = i;
            threads[i] = new Thread(() -> {
                for (int step = 0; step < times; step++) {
                    next(locks, counters, (first + step) % FILES);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        locks.leave();
    }

    private static void next(Locks locks, Path counters, int number) {
        Path file = counters.resolve("count-" + number);
        try (Held held = locks.hold(Guard.STRIPE, number)) {
            Objects.requireNonNull(held);
            Files.writeString(file, Long.toString(Long.parseLong(Files.readString(file)) + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
