package dev.larder.protocol.memcached;

import org.jspecify.annotations.Nullable;

/** What a client says to a server. Immutable; arrays are not copied. */
public sealed interface Request {
    /** The meta commands. */
    enum Verb {
        /** {@code mg}: reads an item. */
        GET("mg"),
        /** {@code ms}: stores an item. */
        SET("ms"),
        /** {@code md}: removes an item. */
        DELETE("md"),
        /** {@code ma}: adds to a number. */
        ARITHMETIC("ma");

        private final String word;

        Verb(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** A meta command; {@code value} is what {@link Verb#SET} stores, and null with the others. */
    @SuppressWarnings("ArrayRecordComponent") // carried to the wire, compared by nobody
    record Meta(Verb verb, Key key, MetaFlags flags, byte @Nullable [] value) implements Request {
        /** Checks that there is a value exactly where one belongs. */
        public Meta {
            if ((verb == Verb.SET) != (value != null)) {
                throw new IllegalArgumentException("a value belongs to SET and to nothing else, not to " + verb);
            }
        }

        /** A command without a value. */
        public Meta(Verb verb, Key key, MetaFlags flags) {
            this(verb, key, flags, null);
        }
    }

    /** {@code mn}: is answered, and does nothing. */
    record Noop() implements Request {}

    /** {@code version}: asks which server it is. */
    record AskVersion() implements Request {}

    /**
     * The text command {@code set}. To a server that asks for a login it is the login, whatever its key, with
     * {@code user password} as its value.
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    record Set(Key key, int clientFlags, int lifeSeconds, byte[] value) implements Request {}
}
