package dev.larder.benchmarks.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The keys of recorded requests, in their order. A file has a line for each request: the key as a decimal number of 64
 * bits, and after a comma whatever else was recorded, which is ignored. Names that end in {@code .gz} are unpacked.
 *
 * @param name the file's, without folder and endings
 * @param keys not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // millions of keys, read in a loop; traces are not compared
public record Trace(String name, long[] keys) {
    public static Trace read(Path file) throws IOException {
        String fileName = file.getFileName().toString();
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException("--trace must be a readable file but was " + file);
        }
        long[] keys = new long[1 << 16];
        int count = 0;
        try (InputStream bytes = Files.newInputStream(file);
                InputStream text = fileName.endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
                BufferedReader lines = new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (count == keys.length) {
                    keys = Arrays.copyOf(keys, count * 2);
                }
                keys[count++] = key(line, file, count);
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException(file + " holds no requests");
        }
        return new Trace(fileName.replaceFirst("(\\.sized)?(\\.\\w+)?(\\.gz)?$", ""), Arrays.copyOf(keys, count));
    }

    private static long key(String line, Path file, int number) {
        int comma = line.indexOf(',');
        String key = (comma < 0 ? line : line.substring(0, comma)).strip();
        try {
            return Long.parseLong(key);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    file + ", line " + number + ": a key must be a decimal number of 64 bits but was '" + key + "'", e);
        }
    }

    /** Its first requests: this one, if it has no more than so many. */
    public Trace first(int most) {
        return most >= keys.length ? this : new Trace(name, Arrays.copyOf(keys, most));
    }

    public int requests() {
        return keys.length;
    }

    public long differentKeys() {
        return Arrays.stream(keys).distinct().count();
    }

    @Override
    public String toString() {
        return name + ", " + keys.length + " requests";
    }
}
