package dev.larder.protocol.memcached;

import org.jspecify.annotations.Nullable;

/** What a server answers. Immutable; arrays are not copied. */
public sealed interface Reply {
    /** How a meta command went. */
    enum Status {
        /** Done. */
        HD,
        /** Done, and the value follows. */
        VA,
        /** There is no such item (to {@code mg}). */
        EN,
        /** There is no such item. */
        NF,
        /** Not stored, because of the mode. */
        NS,
        /** Not done: the item has another CAS number. */
        EX,
        /** To {@code mn}. */
        MN
    }

    /** One-word answers to text commands. */
    enum Word {
        STORED,
        NOT_STORED,
        EXISTS,
        NOT_FOUND,
        DELETED,
        TOUCHED,
        OK,
        END
    }

    /** Whose fault it is. */
    enum Fault {
        /** The server does not know the command. */
        UNKNOWN_COMMAND("ERROR"),
        /** The server does not take it as it was said. */
        CLIENT("CLIENT_ERROR"),
        /** The server could not do it. */
        SERVER("SERVER_ERROR");

        private final String word;

        Fault(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** The answer to a meta command; {@code value} with {@link Status#VA} only. */
    @SuppressWarnings("ArrayRecordComponent") // carried from the wire, compared by nobody
    record Meta(Status status, MetaFlags flags, byte @Nullable [] value) implements Reply {}

    /** The answer to a text command. */
    record Line(Word word) implements Reply {}

    /** The answer to {@code version}. */
    record Version(String text) implements Reply {}

    /** A refusal; {@code message} in the server's words, may be empty. */
    record Failure(Fault fault, String message) implements Reply {}
}
