package dev.larder.server.watch;

import dev.larder.protocol.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A command's words as others may see them: without passwords, and not too long. Pure. */
final class Shown {
    private static final byte[] REDACTED = "(redacted)".getBytes(StandardCharsets.US_ASCII);
    private static final Set<String> SECRETS = Set.of("requirepass", "masterauth", "masteruser", "tls-key-file-pass");
    private static final int MOST_WORDS = 32;
    private static final int MOST_BYTES = 128;

    private Shown() {}

    /** Whether a word of a command is a password, or may be. */
    private static boolean isSecret(String name, Arguments arguments, int index) {
        return switch (name) {
            case "auth" -> index > 0;
            case "hello" -> index > 2 && (isAuth(arguments, index - 1) || isAuth(arguments, index - 2));
            case "config|set" ->
                index > 2
                        && index % 2 == 1
                        && SECRETS.contains(arguments.text(index - 1).toLowerCase(Locale.ROOT));
            case "acl|setuser" -> index >= 2;
            default -> false;
        };
    }

    private static boolean isAuth(Arguments arguments, int index) {
        return index >= 2 && arguments.text(index).equalsIgnoreCase("auth");
    }

    /** All words. */
    static List<byte[]> whole(String name, Arguments arguments) {
        List<byte[]> words = new ArrayList<>(arguments.count());
        for (int i = 0; i < arguments.count(); i++) {
            words.add(isSecret(name, arguments, i) ? REDACTED : arguments.copy(i));
        }
        return words;
    }

    /** At most 32 words of 128 bytes, with a note of what is missing. */
    static List<byte[]> cut(String name, Arguments arguments) {
        int count = arguments.count();
        int shown = Math.min(count, MOST_WORDS);
        List<byte[]> words = new ArrayList<>(shown);
        for (int i = 0; i < shown; i++) {
            if (i == MOST_WORDS - 1 && count > MOST_WORDS) {
                words.add(ascii("... (" + (count - i) + " more arguments)"));
            } else if (isSecret(name, arguments, i)) {
                words.add(REDACTED);
            } else {
                words.add(cut(arguments, i));
            }
        }
        return words;
    }

    private static byte[] cut(Arguments arguments, int index) {
        int length = arguments.length(index);
        if (length <= MOST_BYTES) {
            return arguments.copy(index);
        }
        byte[] note = ascii("... (" + (length - MOST_BYTES) + " more bytes)");
        byte[] cut = new byte[MOST_BYTES + note.length];
        System.arraycopy(arguments.array(index), arguments.offset(index), cut, 0, MOST_BYTES);
        System.arraycopy(note, 0, cut, MOST_BYTES, note.length);
        return cut;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Appends a word in quotes, with what cannot be printed as escapes. */
    static void quote(StringBuilder text, byte[] word) {
        text.append('"');
        for (byte each : word) {
            switch (each) {
                case '"', '\\' -> text.append('\\').append((char) each);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case 7 -> text.append("\\a");
                case '\b' -> text.append("\\b");
                default -> {
                    if (each >= ' ' && each <= '~') {
                        text.append((char) each);
                    } else {
                        text.append(String.format(Locale.ROOT, "\\x%02x", each));
                    }
                }
            }
        }
        text.append('"');
    }
}
