package dev.larder.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder for the file tier. {@link #fail} moves it aside and puts a plain file in its place, so that every path through
 * it fails, as where a disk is unmounted; {@link #heal} puts the folder back with all it held. For one thread.
 */
public final class TierFolder implements TierServer {
    private final Path folder;
    private final Path aside;

    public TierFolder() throws IOException {
        Path parent = Files.createTempDirectory("larder-bench-file");
        folder = parent.resolve("tier");
        aside = parent.resolve("aside");
    }

    @Override
    public String uri() {
        return "file:" + folder;
    }

    @Override
    public void fail() throws IOException {
        Files.move(folder, aside);
        Files.createFile(folder);
    }

    @Override
    public void heal() throws IOException {
        Files.delete(folder);
        Files.move(aside, folder);
    }

    /** The system's temporary folder keeps the files until it is emptied. */
    @Override
    public void close() {}
}
