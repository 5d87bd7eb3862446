package dev.larder;

import dev.larder.failure.KeyText;
import dev.larder.tier.BusPosition;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far a process had told others of its changes, so that a user's next request on another process reads his own writes:
 * {@link Larder#causalToken()} makes one, {@link Cache#after} reads by it. Immutable.
 *
 * <p>Its text has letters, digits, {@code -}, {@code _}, {@code .} and {@code ~} only, and {@value #LONGEST_TEXT} of them at
 * most (about 60 as a rule), so it can stand in a cookie or in the path or query of a URL as it is. It holds no keys and no
 * values. One that was forged has its own reader answered by the shared tier, or by the origin where that is away.
 */
public final class CausalToken {
    /** Of so many logs at most; there is one for each Larder as a rule, and one for each cache over SQL. */
    static final int MOST_POSITIONS = 32;

    static final int LONGEST_TEXT = 2 + MOST_POSITIONS * (1 + BusPosition.LONGEST_TEXT);

    /** Of a process that has changed nothing. */
    static final CausalToken NOTHING = new CausalToken(true, new TreeMap<>());

    private static final CausalToken UNKNOWN = new CausalToken(false, new TreeMap<>());
    private static final char VERSION = '1';
    private static final char INCOMPLETE = 'u';
    private static final String SEPARATOR = "~";
    private static final Pattern LEGAL = Pattern.compile("[0-9][A-Za-z0-9._~-]*");

    private final boolean complete;
    private final SortedMap<String, BusPosition> positions;

    private CausalToken(boolean complete, SortedMap<String, BusPosition> positions) {
        this.complete = complete;
        this.positions = positions;
    }

    /** Of one cache. */
    static CausalToken of(boolean complete, @Nullable String position) {
        SortedMap<String, BusPosition> positions = new TreeMap<>();
        BusPosition read = position == null ? null : BusPosition.read(position);
        if (read != null) {
            positions.put(read.log(), read);
        }
        return new CausalToken(complete && (position == null || read != null), positions);
    }

    /**
     * The token that {@code text} spells, as {@link #toString} wrote it; for texts of any origin. One of a later version of
     * Larder is understood as a token that is not {@linkplain #isComplete complete}.
     *
     * @throws IllegalArgumentException if it spells none
     */
    public static CausalToken parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.length() > LONGEST_TEXT || !LEGAL.matcher(text).matches()) {
            throw malformed(text);
        }
        if (text.charAt(0) != VERSION) {
            return UNKNOWN;
        }
        String[] parts = text.split(SEPARATOR, -1);
        boolean complete = parts[0].length() == 1;
        if (!complete && !parts[0].equals("" + VERSION + INCOMPLETE)) {
            throw malformed(text);
        }
        SortedMap<String, BusPosition> positions = new TreeMap<>();
        for (int i = 1; i < parts.length; i++) {
            BusPosition position = BusPosition.read(parts[i]);
            if (position == null || i > MOST_POSITIONS) {
                throw malformed(text);
            }
            positions.merge(position.log(), position, BusPosition::orLater);
        }
        return new CausalToken(complete, positions);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("a causal token must be the text of one, of at most " + LONGEST_TEXT
                + " characters, but was '" + KeyText.of(text) + "' of " + text.length());
    }

    /**
     * Covers what either covers: for a user whose changes were made by more than one process. Positions of more than
     * {@value #MOST_POSITIONS} logs are not kept apart: then the token is not complete.
     */
    public CausalToken and(CausalToken other) {
        SortedMap<String, BusPosition> both = new TreeMap<>(positions);
        for (Map.Entry<String, BusPosition> each : other.positions.entrySet()) {
            both.merge(each.getKey(), each.getValue(), BusPosition::orLater);
        }
        boolean fits = both.size() <= MOST_POSITIONS;
        while (both.size() > MOST_POSITIONS) {
            both.remove(both.lastKey());
        }
        return new CausalToken(fits && complete && other.complete, both);
    }

    /**
     * Whether it covers every change. False where the shared tier could not be told of a change yet: then the near tier is
     * passed over by whoever reads with the token, but the shared tier may have an older value until it is told.
     */
    public boolean isComplete() {
        return complete;
    }

    /** The texts of what is to be heard; nothing for a process that has changed nothing. */
    List<String> positions() {
        return positions.values().stream().map(BusPosition::toString).toList();
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(VERSION);
        if (!complete) {
            text.append(INCOMPLETE);
        }
        positions.values().forEach(position -> text.append(SEPARATOR).append(position));
        return text.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CausalToken token && complete == token.complete && positions.equals(token.positions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(complete, positions);
    }
}
