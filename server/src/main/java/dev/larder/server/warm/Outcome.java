package dev.larder.server.warm;

/**
 * What became of an item at its destination.
 *
 * @param reason why it was not taken; empty where it was
 */
public record Outcome(Kind kind, String reason) {
    /** The cases. */
    public enum Kind {
        /** It is there now. */
        COPIED,
        /** Its key was there before. */
        THERE,
        /** Its time was over. */
        GONE,
        /** There is no room. */
        FULL,
        /** It is of a kind, or a form, that is not known there. */
        REFUSED
    }

    /** One that needs no reason. */
    public static Outcome of(Kind kind) {
        return new Outcome(kind, "");
    }

    /** Of an item that was not taken; tells its kind from the value, or else says {@code why}. */
    public static Outcome refused(Item item, String why) {
        return new Outcome(Kind.REFUSED, Payloads.reason(item.payload(), why));
    }
}
