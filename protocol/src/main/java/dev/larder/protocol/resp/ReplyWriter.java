package dev.larder.protocol.resp;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.ByteSink;
import java.nio.charset.StandardCharsets;

/**
 * Writes replies. A command says what it means, {@code map(3)} say, and the version of the connection decides the bytes:
 *
 * <pre>
 *                RESP2                     RESP3
 *   nil          $-1                       _
 *   nilArray     *-1                       _
 *   map(n)       *2n                       %n
 *   set(n)       *n                        ~n
 *   push(n)      *n                        &gt;n
 *   bool         :1 :0                     #t #f
 *   real         $n and its digits         ,digits
 *   bigNumber    $n and its digits         (digits
 *   verbatim     $n text                   =n+4 txt:text
 *   attribute    (nothing)                 |n
 * </pre>
 *
 * Behind the head of an aggregate its elements are written as replies. Where their number is not known beforehand, {@link
 * #open} leaves a gap that {@link #close} fills in. Confined to one thread.
 */
public final class ReplyWriter {
    /** What is counted later, see {@link #open}. */
    public enum Aggregate {
        /** A list of replies. */
        ARRAY,
        /** Pairs of replies; the count is that of the pairs. */
        MAP,
        /** Replies of which no two are the same. */
        SET
    }

    private static final byte[] OK = Ascii.bytes("+OK\r\n");
    private static final byte[] NIL_BULK = Ascii.bytes("$-1\r\n");
    private static final byte[] NIL_ARRAY = Ascii.bytes("*-1\r\n");
    private static final byte[] NIL = Ascii.bytes("_\r\n");
    private static final byte[] TRUE = Ascii.bytes("#t\r\n");
    private static final byte[] FALSE = Ascii.bytes("#f\r\n");
    private static final int TYPE_BYTES = 3;
    /** As long as the head of an aggregate can be: a mark, ten digits, CR LF. */
    private static final int GAP_BYTES = 13;

    private final ByteSink sink;
    private boolean isThree;

    /** One that begins in RESP2. */
    public ReplyWriter(ByteSink sink) {
        this.sink = sink;
    }

    /** Whether the connection speaks RESP3. */
    public boolean isThree() {
        return isThree;
    }

    /** Speaks RESP3 from now on, or RESP2. */
    public void three(boolean is) {
        isThree = is;
    }

    /** Where it writes. */
    public ByteSink sink() {
        return sink;
    }

    /** {@code +OK}. */
    public void ok() {
        sink.put(OK);
    }

    /** A simple string; line ends in it become spaces. For constants {@link #encoded} is quicker. */
    public void simple(String text) {
        line('+', text);
    }

    /** An error: {@code message} begins with its code, such as {@code ERR}. Line ends in it become spaces. */
    public void error(String message) {
        line('-', message);
    }

    /** What to answer before hanging up. Bytes that the message quotes go back as they came. */
    public void error(ProtocolException broken) {
        sink.putLatin("-ERR ");
        sink.putLatin(String.valueOf(broken.getMessage()));
        sink.putLineEnd();
    }

    /** A reply that was encoded beforehand and is the same in both versions. */
    public void encoded(byte[] reply) {
        sink.put(reply);
    }

    /** An integer. */
    public void integer(long number) {
        sink.putLine(':', number);
    }

    /** No value, where there could be a string or a number. */
    public void nil() {
        sink.put(isThree ? NIL : NIL_BULK);
    }

    /** No value, where there could be an array. */
    public void nilArray() {
        sink.put(isThree ? NIL : NIL_ARRAY);
    }

    /** A string of bytes. */
    public void bulk(byte[] bytes) {
        bulk(bytes, 0, bytes.length);
    }

    /** A string of bytes. */
    public void bulk(byte[] bytes, int offset, int length) {
        int at = bulk(length);
        System.arraycopy(bytes, offset, sink.array(), at, length);
    }

    /** A string in UTF-8. */
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A string of {@code length} bytes which the caller puts into the sink's array itself, before anything else is written;
     * where they go.
     */
    public int bulk(int length) {
        sink.putLine('$', length);
        int at = sink.reserve(length + 2);
        byte[] array = sink.array();
        array[at + length] = '\r';
        array[at + length + 1] = '\n';
        return at;
    }

    /** The head of a string whose {@code length} bytes are sent past this sink; {@link #bulkEnd} comes behind them. */
    public void bulkHead(int length) {
        sink.putLine('$', length);
    }

    /** What follows the bytes of {@link #bulkHead}. */
    public void bulkEnd() {
        sink.putLineEnd();
    }

    /** A number as a string, as RESP2 and RESP3 both have it for values. */
    public void bulkLong(long number) {
        int digits = ByteSink.digitCount(number) + (number < 0 ? 1 : 0);
        sink.putLine('$', digits);
        sink.putLong(number);
        sink.putLineEnd();
    }

    /** An array of {@code count} replies, which follow. */
    public void array(int count) {
        sink.putLine('*', count);
    }

    /** A map of {@code count} pairs of replies, which follow. */
    public void map(int count) {
        if (isThree) {
            sink.putLine('%', count);
        } else {
            sink.putLine('*', 2L * count);
        }
    }

    /** A set of {@code count} replies, which follow. */
    public void set(int count) {
        sink.putLine(isThree ? '~' : '*', count);
    }

    /** What nobody asked for: a kind and its data, {@code count} replies in all, which follow. */
    public void push(int count) {
        sink.putLine(isThree ? '>' : '*', count);
    }

    /**
     * Something said about the reply that comes next, as {@code count} pairs of replies. Where this is true they must
     * follow; where it is false (RESP2) they must not.
     */
    public boolean attribute(int count) {
        if (isThree) {
            sink.putLine('|', count);
        }
        return isThree;
    }

    /** True or false. */
    public void bool(boolean is) {
        if (isThree) {
            sink.put(is ? TRUE : FALSE);
        } else {
            integer(is ? 1 : 0);
        }
    }

    /** A floating-point number, with the 17 digits that Redis 7.0 gives it. */
    public void real(double number) {
        text(',', Reals.text(number));
    }

    /** An integer of any length, in {@code digits}. */
    public void bigNumber(String digits) {
        text('(', digits);
    }

    /** Text for people, in UTF-8; {@code type} has three letters: {@code txt} or {@code mkd}. */
    public void verbatim(String type, String text) {
        if (!isThree) {
            bulk(text);
            return;
        }
        if (type.length() != TYPE_BYTES) {
            throw new IllegalArgumentException("a type of text has 3 letters but was '" + type + "'");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sink.putLine('=', bytes.length + TYPE_BYTES + 1L);
        sink.putLatin(type);
        sink.put(':');
        sink.put(bytes);
        sink.putLineEnd();
    }

    /**
     * Begins an aggregate whose elements are counted while they are written. Give what this returns to {@link #close}, for
     * the last one opened first.
     */
    public int open() {
        return sink.reserve(GAP_BYTES);
    }

    /** Ends what {@link #open} began: {@code count} elements, or pairs. Moves its bytes once. */
    public void close(int opened, Aggregate aggregate, int count) {
        boolean isPairs = aggregate == Aggregate.MAP;
        int mark = !isThree || aggregate == Aggregate.ARRAY ? '*' : isPairs ? '%' : '~';
        long announced = isPairs && !isThree ? 2L * count : count;
        headed(opened, mark, announced);
    }

    /** Takes back what was written from {@code length} of the sink on, where a command fails half-way. */
    public void takeBack(int length) {
        sink.cut(length);
    }

    /** Puts a head into the gap, which is closed. */
    private void headed(int gap, int mark, long announced) {
        int headBytes = 1 + ByteSink.digitCount(announced) + 2;
        sink.shift(gap + GAP_BYTES, headBytes - GAP_BYTES);
        int end = sink.length();
        sink.cut(gap);
        sink.putLine(mark, announced);
        sink.reserve(end - sink.length());
    }

    private void text(int mark, String digits) {
        if (isThree) {
            line(mark, digits);
        } else {
            sink.putLine('$', digits.length());
            sink.putLatin(digits);
            sink.putLineEnd();
        }
    }

    private void line(int mark, String text) {
        sink.put(mark);
        int at = sink.length();
        boolean isAscii = text.chars().allMatch(each -> each < 0x80);
        if (isAscii) {
            sink.putLatin(text);
        } else {
            sink.put(text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] array = sink.array();
        for (int i = at; i < sink.length(); i++) {
            if (array[i] == '\r' || array[i] == '\n') {
                array[i] = ' ';
            }
        }
        sink.putLineEnd();
    }
}
