package dev.larder.protocol.memcached.server;

import dev.larder.protocol.bytes.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One request: slices of the connection's bytes, and numbers. One object serves all requests of a connection: what it says
 * is true until its parser is asked for the next one. Confined to one thread.
 *
 * <p>Where {@link #refusal()} is not null the request must not be carried out: the refusal is the answer, unless {@link
 * #isQuiet()}.
 */
public final class TextRequest {
    private static final byte[] NONE = {};

    final Words words = new Words();

    Command command = Command.UNKNOWN;

    @Nullable String refusal;

    boolean isTooLarge;
    boolean isQuiet;
    int firstKey;
    int keyCount;
    int clientFlags;
    long expiry;
    boolean hasExpiry;
    long cas;
    long delta;
    int valueLength;
    final MetaOptions meta = new MetaOptions();

    private byte[] array = NONE;
    private int origin;
    private byte[] value = NONE;
    private int valueOffset;
    private boolean isOwnArray;

    TextRequest() {}

    /** What is asked for. */
    public Command command() {
        return command;
    }

    /** What to answer in place of doing it, without the line's end; null where it can be done. */
    public @Nullable String refusal() {
        return refusal;
    }

    /**
     * Whether it was refused because the value is too long. Memcached then removes the item that {@link Command#SET} or
     * {@link Command#MS} names, so that nobody takes the old value for the new one.
     */
    public boolean isTooLarge() {
        return isTooLarge;
    }

    /** Whether the client said {@code noreply}, or {@code q} in a meta command. */
    public boolean isQuiet() {
        return isQuiet;
    }

    /** The array that keys and words are in. It must not be changed. */
    public byte[] array() {
        return array;
    }

    /** How many keys there are: 0 where the command has none, or is refused. */
    public int keyCount() {
        return keyCount;
    }

    /** Where key {@code index} begins in {@link #array()}. */
    public int keyOffset(int index) {
        return origin + words.start(firstKey + index);
    }

    /** How many bytes key {@code index} has, 1 to 250. */
    public int keyLength(int index) {
        return words.length(firstKey + index);
    }

    /** Key {@code index} as a copy. */
    public byte[] key(int index) {
        return Arrays.copyOfRange(array, keyOffset(index), keyOffset(index) + keyLength(index));
    }

    /** How many words stand behind the command's. */
    public int wordCount() {
        return Math.max(0, words.count() - 1);
    }

    /** Word {@code index} behind the command's, as text. */
    public String word(int index) {
        return new String(array, origin + words.start(index + 1), words.length(index + 1), StandardCharsets.ISO_8859_1);
    }

    /** The client's 32 bits for the item, unsigned. */
    public int clientFlags() {
        return clientFlags;
    }

    /**
     * When the item ends: 0 is never, up to 30 days are seconds from now, more is a moment in seconds since 1970, a
     * negative number is at once. With {@link Command#FLUSH_ALL} when to flush.
     */
    public long expiry() {
        return expiry;
    }

    /** Whether an expiry was given: always where the command must have one, and with {@code T} in a meta command. */
    public boolean hasExpiry() {
        return hasExpiry;
    }

    /** The number to compare with, with {@link Command#CAS}, and with {@code C} in a meta command; unsigned. */
    public long cas() {
        return cas;
    }

    /** By how much to change a number, unsigned; with {@link Command#VERBOSITY} and the like the number given. */
    public long delta() {
        return delta;
    }

    /** The array that the value is in. */
    public byte[] value() {
        return value;
    }

    /** Where in {@link #value()} it begins. */
    public int valueOffset() {
        return valueOffset;
    }

    /** How many bytes the value has. */
    public int valueLength() {
        return valueLength;
    }

    /** Whether {@link #value()} is the value as a whole and nobody else's: it may be kept instead of copied. */
    public boolean isOwnArray() {
        return isOwnArray;
    }

    /** The flags of a meta command. */
    public MetaOptions meta() {
        return meta;
    }

    // ---- for the parser

    void clear() {
        words.clear();
        command = Command.UNKNOWN;
        refusal = null;
        isTooLarge = false;
        isQuiet = false;
        firstKey = 1;
        keyCount = 0;
        clientFlags = 0;
        expiry = 0;
        hasExpiry = false;
        cas = 0;
        delta = 0;
        valueLength = 0;
        value = NONE;
        valueOffset = 0;
        isOwnArray = false;
    }

    /** The line is in {@code bytes}, the request begins at {@code start}. */
    void placed(byte[] bytes, int start) {
        array = bytes;
        origin = start;
    }

    void value(byte[] bytes, int offset, boolean isOwn) {
        value = bytes;
        valueOffset = offset;
        isOwnArray = isOwn;
    }

    /** Refuses it. */
    void refuse(String answer) {
        refusal = answer;
        keyCount = 0;
    }

    boolean isWord(int index, String word) {
        byte[] expected = Ascii.bytes(word);
        int at = origin + words.start(index);
        return index < words.count()
                && Arrays.equals(array, at, at + words.length(index), expected, 0, expected.length);
    }

    boolean isNumber(int index, long lowest, long highest) {
        return Numbers.isWithin(array, origin + words.start(index), words.length(index), lowest, highest);
    }

    boolean isUnsigned(int index) {
        return Numbers.isUnsigned(array, origin + words.start(index), words.length(index));
    }

    long number(int index) {
        return Numbers.value(array, origin + words.start(index), words.length(index));
    }

    int offset(int index) {
        return origin + words.start(index);
    }
}
