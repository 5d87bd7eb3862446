package dev.larder.server.config;

import java.util.List;

/**
 * One setting. Immutable.
 *
 * @param name as Redis has it
 * @param kind what its values may be
 * @param standard its value if nothing is said; {@code *} if that is worked out at the start
 * @param use what becomes of it
 * @param meaning one sentence, or why it means nothing here
 */
public record Directive(String name, Kind kind, String standard, Use use, String meaning) {
    /** What becomes of a setting. */
    public enum Use {
        /** It may be changed at any time. */
        LIVE,
        /** It is read at the start. */
        START,
        /** It is accepted and means nothing here. */
        NONE,
        /** It would be unsafe or wrong to pass over, and there is nothing to do it. */
        REFUSED
    }

    /** The one form of a value, as {@code CONFIG GET} gives it; throws {@link WrongValueException}. */
    String canonical(List<String> words) {
        return kind.canonical(words);
    }
}
