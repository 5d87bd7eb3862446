package dev.larder.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys from lines of text: one a line, or what a pattern finds in each. A key that came a short while ago is passed over, and
 * so is a line that holds none. Whatever the lines are, the memory taken has a bound. For one thread.
 */
final class KeyList implements AutoCloseable {
    /** No key of a cache is longer. */
    static final int LONGEST_KEY = 4_096;
    /** So many keys are remembered, of so many characters in all; then all are forgotten. */
    static final int MOST_REMEMBERED = 500_000;

    static final int MOST_REMEMBERED_CHARS = 1 << 24;

    private static final int LONGEST_LINE = 1 << 16;
    private static final String KEY_GROUP = "key";

    private final Reader in;
    private final @Nullable Pattern pattern;
    private final Set<String> recent = new HashSet<>();
    private long recentChars;
    private long readChars;
    private long withoutKey;
    private long repeated;

    /** Reads UTF-8; closes {@code in} with itself. */
    KeyList(InputStream in, @Nullable Pattern pattern) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
        this.pattern = pattern;
    }

    /** The next key; null at the end. */
    @Nullable String next() throws IOException {
        for (String line = line(); line != null; line = line()) {
            String key = key(line);
            if (key == null) {
                withoutKey += line.isEmpty() ? 0 : 1;
            } else if (isNew(key)) {
                return key;
            } else {
                repeated++;
            }
        }
        return null;
    }

    private @Nullable String key(String line) {
        String key = line;
        if (pattern != null) {
            Matcher found = pattern.matcher(line);
            if (!found.find()) {
                return null;
            }
            key = found.namedGroups().containsKey(KEY_GROUP)
                    ? found.group(KEY_GROUP)
                    : found.group(Math.min(1, found.groupCount()));
        }
        return key == null || key.isEmpty() || key.length() > LONGEST_KEY ? null : key;
    }

    private boolean isNew(String key) {
        if (recent.size() >= MOST_REMEMBERED || recentChars + key.length() > MOST_REMEMBERED_CHARS) {
            recent.clear();
            recentChars = 0;
        }
        boolean isNew = recent.add(key);
        recentChars += isNew ? key.length() : 0;
        return isNew;
    }

    /** A line without its end, of {@value #LONGEST_LINE} characters at most: the rest of a longer one is passed over. */
    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int read = in.read();
        if (read < 0) {
            return null;
        }
        for (; read >= 0 && read != '\n'; read = in.read()) {
            readChars++;
            if (line.length() < LONGEST_LINE) {
                line.append((char) read);
            }
        }
        readChars++;
        int end = line.length();
        if (end > 0 && line.charAt(end - 1) == '\r') {
            line.setLength(end - 1);
        }
        return line.toString();
    }

    /** How many characters were read, which is about as many bytes. */
    long readChars() {
        return readChars;
    }

    /** How many lines, empty ones apart, held no key. */
    long withoutKey() {
        return withoutKey;
    }

    /** How many keys were passed over because they had come before. */
    long repeated() {
        return repeated;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
