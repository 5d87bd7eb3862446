package dev.larder.protocol.memcached.server;

import java.util.Arrays;

/**
 * The flags of a meta command, in the order in which they were given: a reply repeats some of them in that order. Slices
 * lie in {@link TextRequest#array()}. Confined to one thread.
 */
public final class MetaOptions {
    /** The most flags of one command. */
    static final int MAX_FLAGS = 18;

    private static final int FIRST_LETTER = 'A';

    char mode;
    boolean isKeyBinary;
    long autoVivifyExpiry;
    long recacheExpiry;
    long initial;
    long newCas;
    private final char[] flags = new char[MAX_FLAGS];
    private final int[] words = new int[MAX_FLAGS];
    private int count;
    private long seen;

    MetaOptions() {}

    /** How many flags there are. */
    public int count() {
        return count;
    }

    /** Flag {@code index}: one letter. */
    public char flag(int index) {
        return flags[index];
    }

    /** The word of the request ({@link TextRequest#word}) in which flag {@code index} stands with its token. */
    public int word(int index) {
        return words[index];
    }

    /** Whether {@code flag} is among them. */
    public boolean has(char flag) {
        return flag >= FIRST_LETTER && flag <= 'z' && (seen & bit(flag)) != 0;
    }

    /** The letter behind {@code M}, 0 where there is none: how {@code ms} stores, or whether {@code ma} adds. */
    public char mode() {
        return mode;
    }

    /** Whether the key came in base64 ({@code b}); it has been decoded. */
    public boolean isKeyBinary() {
        return isKeyBinary;
    }

    /** With {@code N}: when an item made on a miss ends. */
    public long autoVivifyExpiry() {
        return autoVivifyExpiry;
    }

    /** With {@code R}: what is left of an item's life when it is due to be renewed. */
    public long recacheExpiry() {
        return recacheExpiry;
    }

    /** With {@code J}: the number that {@code ma} makes on a miss, unsigned. */
    public long initial() {
        return initial;
    }

    /** With {@code E}: the CAS number to give the item, unsigned. */
    public long newCas() {
        return newCas;
    }

    void clear() {
        count = 0;
        seen = 0;
        mode = 0;
        isKeyBinary = false;
        autoVivifyExpiry = 0;
        recacheExpiry = 0;
        initial = 0;
        newCas = 0;
        Arrays.fill(words, 0);
    }

    void add(char flag, int word) {
        flags[count] = flag;
        words[count++] = word;
        seen |= bit(flag);
    }

    private static long bit(char flag) {
        return 1L << (flag - FIRST_LETTER);
    }
}
