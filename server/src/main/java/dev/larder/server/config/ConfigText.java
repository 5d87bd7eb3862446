package dev.larder.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads directives from a file in the form of {@code redis.conf}, or from a command line: words apart by spaces, quoted
 * ones as in requests typed by hand. Pure but for the files that it is told to read.
 */
public final class ConfigText {
    private static final int DEEPEST = 16;
    private static final int HEX_DIGITS = 2;

    private ConfigText() {}

    /**
     * One directive as it was written.
     *
     * @param place where, for messages
     */
    public record Line(String name, List<String> words, String place) {}

    /** The lines of a file, and of those it includes in their places; throws {@link SettingsException}. */
    public static List<Line> file(Path path) {
        List<Line> lines = new ArrayList<>();
        readFile(path, lines, 0);
        return lines;
    }

    private static void readFile(Path path, List<Line> into, int depth) {
        if (depth > DEEPEST) {
            throw new SettingsException(
                    "files may include each other " + DEEPEST + " deep but " + path + " goes deeper");
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SettingsException("the file " + path + " cannot be read (" + e + ")");
        }
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String place = path + ", line " + (i + 1);
            List<String> words = words(text, place);
            if (words.get(0).equalsIgnoreCase("include")) {
                for (String other : words.subList(1, words.size())) {
                    readFile(sibling(path, other, place), into, depth + 1);
                }
            } else {
                into.add(new Line(words.get(0), words.subList(1, words.size()), place));
            }
        }
    }

    private static Path sibling(Path path, String other, String place) {
        try {
            return path.resolveSibling(other);
        } catch (InvalidPathException e) {
            throw new SettingsException("what is included must be a file but no file has that name (" + place + ")");
        }
    }

    /** The directives of a command line: each begins with {@code --} and goes up to the next; throws {@link SettingsException}. */
    public static List<Line> arguments(List<String> arguments) {
        List<Line> lines = new ArrayList<>();
        int i = 0;
        while (i < arguments.size()) {
            String name = arguments.get(i);
            if (!name.startsWith("--") || name.length() == 2) {
                throw new SettingsException("a directive begins with -- but there was '" + name + "'");
            }
            int end = i + 1;
            while (end < arguments.size() && !arguments.get(end).startsWith("--")) {
                end++;
            }
            lines.add(new Line(name.substring(2), List.copyOf(arguments.subList(i + 1, end)), "the command line"));
            i = end;
        }
        return lines;
    }

    /** Splits a line into words; throws {@link SettingsException} where a quote is left open. */
    static List<String> words(String line, String place) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            if (Character.isWhitespace(line.charAt(at))) {
                at++;
                continue;
            }
            StringBuilder word = new StringBuilder();
            at = word(line, at, word);
            if (at < 0) {
                throw new SettingsException("quotes must be closed, and followed by a space, but were not in " + place);
            }
            words.add(word.toString());
        }
        return words;
    }

    /** Reads a word from {@code from} on; where it ends, or -1 for open quotes. */
    private static int word(String line, int from, StringBuilder word) {
        int at = from;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
            char each = line.charAt(at);
            if (each == '"' || each == '\'') {
                int end = quoted(line, at, word);
                return end < 0 || (end < line.length() && !Character.isWhitespace(line.charAt(end))) ? -1 : end;
            }
            word.append(each);
            at++;
        }
        return at;
    }

    /** Reads what is in quotes from the opening one on; behind the closing one, or -1. */
    private static int quoted(String line, int open, StringBuilder word) {
        char quote = line.charAt(open);
        int at = open + 1;
        while (at < line.length()) {
            char each = line.charAt(at++);
            if (each == quote) {
                return at;
            }
            boolean escapes = each == '\\' && at < line.length() && (quote == '"' || line.charAt(at) == '\'');
            if (!escapes) {
                word.append(each);
            } else if (quote == '"' && isHex(line, at)) {
                word.append((char) Integer.parseInt(line.substring(at + 1, at + 1 + HEX_DIGITS), 16));
                at += 1 + HEX_DIGITS;
            } else {
                word.append(quote == '"' ? escaped(line.charAt(at)) : line.charAt(at));
                at++;
            }
        }
        return -1;
    }

    private static boolean isHex(String line, int at) {
        return line.charAt(at) == 'x'
                && at + HEX_DIGITS < line.length()
                && Character.digit(line.charAt(at + 1), 16) >= 0
                && Character.digit(line.charAt(at + 2), 16) >= 0;
    }

    private static char escaped(char each) {
        return switch (each) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> each;
        };
    }
}
