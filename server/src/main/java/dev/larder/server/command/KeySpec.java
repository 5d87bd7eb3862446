package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Where keys are among a command's words, and what is done with them. Immutable.
 *
 * <pre>{@code
 *  1 -1 1 RO access           from word 1 to the last one, each
 *  2 keynum 1 RO access       as many as word 2 says, behind it
 *  4 keyword STORE OW update  the one behind STORE, which may be word 4 or a later one
 *  1 halfOf STREAMS RO access the first half of what is behind STREAMS, which may be word 1 or a later one
 * }</pre>
 *
 * @param first the first one's place, or that of the number, or where the word may be; the command's name is at 0
 * @param last the last one's place; from the end where it is negative
 * @param step from one to the next
 * @param flags as {@code COMMAND INFO} names them
 */
record KeySpec(Kind kind, int first, int last, int step, String keyword, List<String> flags) {
    /** How keys are found. */
    enum Kind {
        RANGE,
        COUNTED,
        BEHIND_WORD,
        HALF_BEHIND_WORD
    }

    /** Of the words in the table; none for {@code -}. */
    static List<KeySpec> parse(String written) {
        List<KeySpec> specs = new ArrayList<>();
        if (!written.equals("-")) {
            for (String one : written.split(";")) {
                specs.add(parse(List.of(one.strip().split(" "))));
            }
        }
        return List.copyOf(specs);
    }

    private static KeySpec parse(List<String> words) {
        int first = Integer.parseInt(words.get(0));
        List<String> flags = words.subList(3, words.size());
        return switch (words.get(1)) {
            case "keynum" -> new KeySpec(Kind.COUNTED, first, 0, Integer.parseInt(words.get(2)), "", flags);
            case "keyword" -> new KeySpec(Kind.BEHIND_WORD, first, 0, 0, words.get(2), flags);
            case "halfOf" -> new KeySpec(Kind.HALF_BEHIND_WORD, first, 0, 0, words.get(2), flags);
            default ->
                new KeySpec(
                        Kind.RANGE, first, Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)), "", flags);
        };
    }

    /** Hands out the places of keys among the words of a command, whose name is at {@code start}; places count from there. */
    void each(Arguments words, int start, IntConsumer place) {
        int count = words.count() - start;
        switch (kind) {
            case RANGE -> {
                int end = last < 0 ? count + last : Math.min(last, count - 1);
                for (int i = first; i <= end; i += step) {
                    place.accept(i);
                }
            }
            case COUNTED -> {
                boolean isNumber = first < count && words.isLong(start + first);
                long keys = isNumber ? words.toLong(start + first) : 0;
                boolean areThere = keys <= (count - first - 1) / step;
                for (int i = 0; areThere && i < keys; i++) {
                    place.accept(first + 1 + i * step);
                }
            }
            case HALF_BEHIND_WORD -> {
                byte[] wanted = Ascii.bytes(keyword.toLowerCase(Locale.ROOT));
                int at = first;
                while (at < count && !words.equalsIgnoreCase(start + at, wanted)) {
                    at++;
                }
                int end = at + 1 + (count - at - 1) / 2;
                for (int i = at + 1; i < end; i++) {
                    place.accept(i);
                }
            }
            case BEHIND_WORD -> {
                byte[] wanted = Ascii.bytes(keyword.toLowerCase(Locale.ROOT));
                for (int i = first; i < count - 1; i++) {
                    if (words.equalsIgnoreCase(start + i, wanted)) {
                        place.accept(i + 1);
                    }
                }
            }
        }
    }
}
