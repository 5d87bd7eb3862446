package dev.larder.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Where keys are among a command's words, and what is done with them. Immutable.
 *
 * @param first the first one's place; the command's name is at 0
 * @param last the last one's place; from the end where it is negative
 * @param step from one to the next
 * @param flags as {@code COMMAND INFO} names them
 */
record KeySpec(int first, int last, int step, List<String> flags) {
    /** Of the words in the table; none for {@code -}. */
    static List<KeySpec> parse(String written) {
        List<KeySpec> specs = new ArrayList<>();
        if (!written.equals("-")) {
            for (String one : written.split(";")) {
                List<String> words = List.of(one.strip().split(" "));
                specs.add(new KeySpec(
                        Integer.parseInt(words.get(0)),
                        Integer.parseInt(words.get(1)),
                        Integer.parseInt(words.get(2)),
                        words.subList(3, words.size())));
            }
        }
        return List.copyOf(specs);
    }

    /** Hands out the places of keys among {@code count} words. */
    void each(int count, IntConsumer place) {
        int end = last < 0 ? count + last : Math.min(last, count - 1);
        for (int i = first; i <= end; i += step) {
            place.accept(i);
        }
    }
}
