package dev.larder.server.config;

import java.util.Arrays;
import java.util.List;

/**
 * How many per cent are taken off times to live at random at most, for each database: pairs of a database's number and a
 * share, as in {@code 0 10% 3 5%}. Immutable.
 */
public final class Jitter {
    private static final int DATABASES = 16;
    private static final int MOST = 90;

    private final int[] percents;

    private Jitter(int[] percents) {
        this.percents = percents;
    }

    static Jitter parse(List<String> words) {
        int[] percents = new int[DATABASES];
        List<String> said = words.stream().filter(word -> !word.isEmpty()).toList();
        if (said.size() % 2 != 0) {
            throw new WrongValueException("argument must be pairs of a database and a share such as 0 10%");
        }
        for (int i = 0; i < said.size(); i += 2) {
            int database = number(said.get(i), DATABASES - 1);
            percents[database] = number(said.get(i + 1).replaceFirst("%$", ""), MOST);
        }
        return new Jitter(percents);
    }

    private static int number(String text, int most) {
        if (!text.matches("\\d{1,2}") || Integer.parseInt(text) > most) {
            throw new WrongValueException("argument must be between 0 and " + most + " inclusive");
        }
        return Integer.parseInt(text);
    }

    /** The share of a database, in per cent. */
    public int percent(int database) {
        return percents[database];
    }

    /** As it is written; empty where there is none. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < DATABASES; i++) {
            if (percents[i] > 0) {
                text.append(text.isEmpty() ? "" : " ")
                        .append(i)
                        .append(' ')
                        .append(percents[i])
                        .append('%');
            }
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Jitter jitter && Arrays.equals(percents, jitter.percents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(percents);
    }
}
