package dev.larder.server.store;

/** Whether the value that somebody reads piece by piece is still the same. Guarded by the shard's lock. */
final class Trace {
    private int traced = SlotTable.NONE;
    /** The number of the reading; 0 once the value is another. */
    private long number;

    private long numbers;

    /** Begins to read a slot's value; returns the number of the reading. */
    long begin(int slot) {
        traced = slot;
        number = ++numbers;
        return number;
    }

    boolean isOn(int slot, long reading) {
        return slot == traced && reading == number;
    }

    /** The value in a slot is another one, or gone. */
    void disturb(int slot) {
        if (slot == traced) {
            number = 0;
        }
    }
}
