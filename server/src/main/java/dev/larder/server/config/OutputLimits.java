package dev.larder.server.config;

import java.util.List;
import java.util.Locale;

/**
 * How much may wait to be sent to a connection, by what it does. Immutable.
 *
 * @param normal for those that ask and are answered
 * @param replica kept for {@code CONFIG GET}; there are no replicas
 * @param pubsub for those that listen to channels
 */
public record OutputLimits(Limit normal, Limit replica, Limit pubsub) {
    private static final Limit NONE = new Limit(0, 0, 0);
    private static final int WORDS = 4;

    /**
     * For one class.
     *
     * @param hardBytes a connection with more is ended at once; 0 for none
     * @param softBytes one that has more for too long is ended; 0 for none
     * @param softSeconds how long that is
     */
    public record Limit(long hardBytes, long softBytes, int softSeconds) {}

    /** Of fours of words: class, hard limit, soft limit, seconds. Classes that are not named have no limits. */
    static OutputLimits parse(List<String> words) {
        return new OutputLimits(NONE, NONE, NONE).with(words);
    }

    /** The same but for the classes that are named. */
    OutputLimits with(List<String> words) {
        if (words.isEmpty() || words.size() % WORDS != 0) {
            throw new WrongValueException("Wrong number of arguments in buffer limit configuration.");
        }
        OutputLimits result = this;
        for (int i = 0; i < words.size(); i += WORDS) {
            Limit limit = limit(words.subList(i, i + WORDS));
            result = switch (words.get(i).toLowerCase(Locale.ROOT)) {
                case "normal" -> new OutputLimits(limit, result.replica, result.pubsub);
                case "replica", "slave" -> new OutputLimits(result.normal, limit, result.pubsub);
                case "pubsub" -> new OutputLimits(result.normal, result.replica, limit);
                default ->
                    throw new WrongValueException("Invalid client class specified in buffer limit configuration.");
            };
        }
        return result;
    }

    private static Limit limit(List<String> words) {
        try {
            long hard = MemorySize.parse(words.get(1));
            long soft = MemorySize.parse(words.get(2));
            int seconds = Integer.parseInt(words.get(3));
            if (seconds >= 0) {
                return new Limit(hard, soft, seconds);
            }
        } catch (WrongValueException | NumberFormatException e) {
            throw wrongLimit();
        }
        throw wrongLimit();
    }

    private static WrongValueException wrongLimit() {
        return new WrongValueException("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }

    /** As {@code CONFIG GET} shows it. */
    @Override
    public String toString() {
        return shown("normal", normal) + " " + shown("slave", replica) + " " + shown("pubsub", pubsub);
    }

    private static String shown(String name, Limit limit) {
        return name + " " + limit.hardBytes + " " + limit.softBytes + " " + limit.softSeconds;
    }
}
