package dev.larder.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a directive's values may be, as {@code directives.table} writes it. Immutable. */
final class Kind {
    private enum Form {
        YESNO,
        INT,
        BYTES,
        OCTAL,
        WORDS,
        TEXT,
        WORD,
        LIST,
        LIMITS,
        JITTER,
        FILENAME,
        SAVE,
        EVENTS
    }

    private final Form form;
    private final long least;
    private final long most;
    private final List<String> words;

    private Kind(Form form, long least, long most, List<String> words) {
        this.form = form;
        this.least = least;
        this.most = most;
        this.words = words;
    }

    /** Of the words in the table. */
    static Kind of(String written) {
        List<String> parts = Arrays.asList(written.split(" ", -1));
        Form form = Form.valueOf(parts.get(0).toUpperCase(Locale.ROOT));
        List<String> rest = parts.subList(1, parts.size());
        boolean isRange = form == Form.INT || form == Form.BYTES;
        long least = isRange ? Long.parseLong(rest.get(0)) : 0;
        long most = isRange && rest.size() > 1 ? Long.parseLong(rest.get(1)) : Long.MAX_VALUE;
        return new Kind(form, least, most, form == Form.WORDS ? rest : List.of());
    }

    /** Whether several words are one value. */
    boolean isList() {
        return form == Form.LIST
                || form == Form.LIMITS
                || form == Form.TEXT
                || form == Form.JITTER
                || form == Form.SAVE;
    }

    /** The one form of a value, of the words that stand for it. */
    String canonical(List<String> value) {
        if (value.isEmpty() || (value.size() != 1 && !isList())) {
            throw new WrongValueException("wrong number of arguments");
        }
        String text = String.join(" ", value);
        return switch (form) {
            case YESNO -> yesNo(text);
            case INT -> Long.toString(within(integer(text)));
            case BYTES -> Long.toString(within(MemorySize.parse(text)));
            case OCTAL -> octal(text);
            case WORDS -> word(text);
            case TEXT, WORD, LIST -> text;
            case FILENAME -> filename(text);
            case SAVE -> save(text);
            case EVENTS -> events(text);
            case LIMITS -> OutputLimits.parse(value).toString();
            case JITTER -> Jitter.parse(value).toString();
        };
    }

    private static String yesNo(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.equals("yes") && !lower.equals("no")) {
            throw new WrongValueException("argument must be 'yes' or 'no'");
        }
        return lower;
    }

    private static long integer(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new WrongValueException("argument couldn't be parsed into an integer");
        }
    }

    private long within(long value) {
        if (value < least || value > most) {
            throw new WrongValueException("argument must be between " + least + " and " + most + " inclusive");
        }
        return value;
    }

    private static String octal(String text) {
        if (!text.matches("[0-7]{1,4}")) {
            throw new WrongValueException("argument must be an octal number such as 700");
        }
        return text;
    }

    private static String filename(String text) {
        if (text.isEmpty() || text.indexOf('/') >= 0 || text.indexOf('\\') >= 0 || text.indexOf('\0') >= 0) {
            throw new WrongValueException("dbfilename can't be a path, just a filename");
        }
        return text;
    }

    /** Pairs of seconds and changes; none at all is an empty text. */
    private static String save(String text) {
        if (text.isBlank()) {
            return "";
        }
        String[] numbers = text.strip().split(" +");
        boolean isRight = numbers.length % 2 == 0;
        for (int i = 0; isRight && i < numbers.length; i++) {
            isRight = numbers[i].matches("\\d{1,9}") && Long.parseLong(numbers[i]) >= 1 - i % 2;
        }
        if (!isRight) {
            throw new WrongValueException("Invalid save parameters");
        }
        return String.join(" ", numbers);
    }

    private static String events(String text) {
        int bits = EventFlags.parse(text);
        if (bits < 0) {
            throw new WrongValueException("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
        }
        return EventFlags.text(bits);
    }

    private String word(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!words.contains(lower)) {
            throw new WrongValueException("argument(s) must be one of the following: " + String.join(", ", words));
        }
        return lower;
    }
}
