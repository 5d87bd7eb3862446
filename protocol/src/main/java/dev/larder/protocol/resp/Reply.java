package dev.larder.protocol.resp;

import java.math.BigInteger;
import java.util.List;

/** What a server answers. Immutable; arrays are not copied. */
public sealed interface Reply {
    /** What sets replies with elements apart. */
    enum Kind {
        /** In order. */
        ARRAY,
        /** No two the same. */
        SET,
        /** Not asked for: a kind and its data. */
        PUSH
    }

    /** {@code +text}. */
    record Simple(String text) implements Reply {}

    /** {@code -message}, or RESP3's long form of it. */
    record Failure(String message) implements Reply {}

    /** {@code :number}. */
    record Int(long number) implements Reply {}

    /** A string of bytes. */
    @SuppressWarnings("ArrayRecordComponent") // carried from the wire, compared by nobody
    record Bulk(byte[] bytes) implements Reply {}

    /** No value, in any of its three forms. */
    record Nil() implements Reply {}

    /** Replies in a row. */
    record Several(Kind kind, List<Reply> elements) implements Reply {}

    /** Pairs of replies, key and value by turns. */
    record Pairs(List<Reply> keysAndValues) implements Reply {}

    /** A floating-point number. */
    record Real(double number) implements Reply {}

    /** True or false. */
    record Bool(boolean is) implements Reply {}

    /** An integer of any length. */
    record Big(BigInteger number) implements Reply {}

    /** Text for people; {@code type} is {@code txt} or {@code mkd}. */
    record Verbatim(String type, String text) implements Reply {}
}
