package dev.larder.policy;

import java.util.Arrays;

/**
 * A set of slots of which one can be drawn at random, each as likely as any other, in constant time however few there are.
 *
 * <p>Eight slots are a group, with a bit for each. The groups that have members stand in a dense array, each knows its
 * place there, and a draw takes one of them and one of its eight bits until it meets a bit that is set. So every member
 * has the same chance, and a draw takes eight tries at most on average, one where all slots are members. A dense array of
 * the slots themselves would need no second try, and eight bytes a slot instead of 1⅛.
 *
 * <p>Not thread-safe: guarded by the lock of the policy's owner. Only {@link #grow} allocates.
 */
final class SlotSet {
    private static final int GROUP = 8;
    /** After so many tries any member will do, so that a draw ends for certain; one draw in thousands gets there. */
    private static final int MOST_TRIES = 64;

    /** By group: which of its slots are members. */
    private byte[] members = {};
    /** The groups with members, in no order; only the first {@link #inhabitedCount}. */
    private int[] inhabited = {};
    /** By group: its place in {@link #inhabited}, where it has one. */
    private int[] placeOf = {};

    private int inhabitedCount;
    private int size;

    int size() {
        return size;
    }

    boolean contains(int slot) {
        return (members[slot / GROUP] & bit(slot)) != 0;
    }

    /** Adds a slot; does nothing where it is a member. */
    void add(int slot) {
        if (contains(slot)) {
            return;
        }
        int group = slot / GROUP;
        if (members[group] == 0) {
            placeOf[group] = inhabitedCount;
            inhabited[inhabitedCount++] = group;
        }
        members[group] |= (byte) bit(slot);
        size++;
    }

    /** Removes a slot; does nothing where it is no member. */
    void remove(int slot) {
        if (!contains(slot)) {
            return;
        }
        int group = slot / GROUP;
        members[group] &= (byte) ~bit(slot);
        size--;
        if (members[group] == 0) {
            int last = inhabited[--inhabitedCount];
            inhabited[placeOf[group]] = last;
            placeOf[last] = placeOf[group];
        }
    }

    /** A member at random; the set is not empty. */
    int draw(Dice dice) {
        int group = 0;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            long roll = dice.roll();
            group = inhabited[(int) (((roll >>> 32) * inhabitedCount) >>> 32)];
            int slot = group * GROUP + (int) (roll & (GROUP - 1));
            if (contains(slot)) {
                return slot;
            }
        }
        return group * GROUP + Integer.numberOfTrailingZeros(members[group]);
    }

    /** Writes all members to the beginning of {@code target}, which has room for them. */
    void copyTo(int[] target) {
        int copied = 0;
        for (int place = 0; place < inhabitedCount; place++) {
            int group = inhabited[place];
            for (int bits = members[group] & 0xFF; bits != 0; bits &= bits - 1) {
                target[copied++] = group * GROUP + Integer.numberOfTrailingZeros(bits);
            }
        }
    }

    void grow(int slots) {
        int groups = (slots + GROUP - 1) / GROUP;
        byte[] grownMembers = Arrays.copyOf(members, groups);
        int[] grownInhabited = Arrays.copyOf(inhabited, groups);
        int[] grownPlaceOf = Arrays.copyOf(placeOf, groups);
        members = grownMembers;
        inhabited = grownInhabited;
        placeOf = grownPlaceOf;
    }

    void clear() {
        members = new byte[0];
        inhabited = new int[0];
        placeOf = new int[0];
        inhabitedCount = 0;
        size = 0;
    }

    private static int bit(int slot) {
        return 1 << (slot & (GROUP - 1));
    }

    /** Checks the set against itself; for tests, in linear time. */
    void checkInvariants() {
        int count = 0;
        int withMembers = 0;
        for (int group = 0; group < members.length; group++) {
            if (members[group] != 0) {
                count += Integer.bitCount(members[group] & 0xFF);
                withMembers++;
                int place = placeOf[group];
                check(place < inhabitedCount && inhabited[place] == group, "group is not at its place", group);
            }
        }
        check(count == size, "members are not as many as the size", count);
        check(withMembers == inhabitedCount, "groups with members are not as many as listed", withMembers);
    }

    private static void check(boolean holds, String what, int number) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + number);
        }
    }
}
