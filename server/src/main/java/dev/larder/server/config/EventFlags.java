package dev.larder.server.config;

/** The classes of events, as {@code notify-keyspace-events} writes them: a letter each. Pure. */
public final class EventFlags {
    /** For channels named by the key. */
    public static final int KEYSPACE = 1;
    /** For channels named by the event. */
    public static final int KEYEVENT = 2;

    private static final String LETTERS = "KEg$lshzxetdmn";
    private static final String ALL_LETTERS = "g$lshzxetd";
    private static final int ALL = bits(ALL_LETTERS);

    private EventFlags() {}

    /** The bit of a letter. */
    public static int bit(char letter) {
        return 1 << LETTERS.indexOf(letter);
    }

    private static int bits(String letters) {
        return letters.chars().map(letter -> bit((char) letter)).reduce(0, (one, other) -> one | other);
    }

    /** The bits of some letters; -1 where one means nothing. */
    public static int parse(String written) {
        int bits = 0;
        for (int i = 0; i < written.length(); i++) {
            char letter = written.charAt(i);
            if (letter != 'A' && LETTERS.indexOf(letter) < 0) {
                return -1;
            }
            bits |= letter == 'A' ? ALL : bit(letter);
        }
        return bits;
    }

    /** The letters in the order that Redis gives them; {@code n}, which it forgets beside {@code A}, at the end. */
    public static String text(int bits) {
        StringBuilder text = new StringBuilder();
        boolean isAll = (bits & ALL) == ALL;
        if (isAll) {
            text.append('A');
        }
        for (char letter : (isAll ? "KEmn" : ALL_LETTERS + "nKEm").toCharArray()) {
            if ((bits & bit(letter)) != 0) {
                text.append(letter);
            }
        }
        return text.toString();
    }

    /** What is to be told of, of these bits: nothing where no channel would hear it. */
    public static int effective(int bits) {
        return (bits & (KEYSPACE | KEYEVENT)) == 0 ? 0 : bits;
    }
}
