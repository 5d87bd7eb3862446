package dev.larder.protocol.resp;

import dev.larder.protocol.bytes.Ascii;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads RESP2 and RESP3 replies from bytes that arrive in any pieces: a client's side, for tools and tests. For one
 * connection and one thread at a time. No memory is taken for what was only announced. What is said about a reply
 * ({@code |}) is read and dropped. Strings whose length is not announced ({@code $?}), which Redis never sends, are refused.
 */
@SuppressWarnings("StatementSwitchToExpressionSwitch") // cases that return from their midst read better this way
public final class ReplyParser {
    private static final byte[] NO_BYTES = {};
    private static final int FIRST_BYTES = 64;
    private static final int LARGE_BYTES = 64 << 10;
    private static final int MAX_BIG_DIGITS = 10_000;
    private static final int VERBATIM_HEAD = 4;

    private final ReplyLimits limits;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private byte[] line = NO_BYTES;
    private int lineLength;
    /** The mark of the string that is being read; 0: a line is. */
    private char bulkMark;

    private byte[] bulk = NO_BYTES;
    private int bulkLength;
    private int bulkFilled;
    private int elements;
    private @Nullable String broken;

    public ReplyParser(ReplyLimits limits) {
        this.limits = limits;
    }

    /**
     * The next reply, or null where {@code in} ends before it does: call again with what comes next. Takes from {@code in}
     * what it used. Throws {@link ProtocolException}, then and ever after, for what is no reply.
     */
    public @Nullable Reply next(ByteBuffer in) {
        if (broken != null) {
            throw new ProtocolException(broken);
        }
        try {
            return read(in);
        } catch (ProtocolException e) {
            broken = e.getMessage();
            frames.clear();
            line = NO_BYTES;
            bulk = NO_BYTES;
            throw e;
        }
    }

    /** How many bytes of strings and lines it holds for what is not complete, beside complete replies in incomplete ones. */
    int heldBytes() {
        return line.length + bulk.length;
    }

    private @Nullable Reply read(ByteBuffer in) {
        while (true) {
            Reply read;
            if (bulkMark != 0) {
                if (!fillBulk(in)) {
                    return null;
                }
                read = endBulk();
            } else {
                if (!fillLine(in)) {
                    return null;
                }
                read = line();
                lineLength = 0;
            }
            Reply whole = read == null ? null : placed(read);
            if (whole != null) {
                elements = 0;
                return whole;
            }
        }
    }

    /** Puts {@code reply} where it belongs; the outermost reply if that is complete with it. */
    private @Nullable Reply placed(Reply reply) {
        Reply inner = reply;
        while (true) {
            Frame frame = frames.peek();
            if (frame == null) {
                return inner;
            }
            if (!frame.isFull(inner)) {
                return null;
            }
            frames.pop();
            Reply complete = frame.reply();
            if (complete == null) {
                return null; // an attribute: the reply it is about comes next
            }
            inner = complete;
        }
    }

    private boolean fillLine(ByteBuffer in) {
        while (in.hasRemaining()) {
            byte next = in.get();
            if (next == '\n') {
                if (lineLength == 0 || line[lineLength - 1] != '\r') {
                    throw new ProtocolException("a line ends without a carriage return");
                }
                lineLength--;
                return true;
            }
            if (lineLength > limits.maxLineBytes()) { // one more than the limit, for the carriage return
                throw new ProtocolException("a line has more than " + limits.maxLineBytes() + " bytes");
            }
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, Math.max(FIRST_BYTES, 2 * line.length));
            }
            line[lineLength++] = next;
        }
        return false;
    }

    private boolean fillBulk(ByteBuffer in) {
        while (bulkFilled < bulkLength + 2) {
            if (bulkFilled == bulk.length) {
                int most = Math.max(LARGE_BYTES, (int) Math.min(Integer.MAX_VALUE - 8L, 4L * bulkFilled));
                bulk = Arrays.copyOf(bulk, Math.min(bulkLength + 2, most));
            }
            int count = Math.min(in.remaining(), bulk.length - bulkFilled);
            if (count == 0) {
                return false;
            }
            in.get(bulk, bulkFilled, count);
            bulkFilled += count;
        }
        if (bulk[bulkLength] != '\r' || bulk[bulkLength + 1] != '\n') {
            throw new ProtocolException("a string is longer than was announced");
        }
        return true;
    }

    private Reply endBulk() {
        char mark = bulkMark;
        byte[] bytes = Arrays.copyOf(bulk, bulkLength);
        bulkMark = 0;
        bulk = NO_BYTES;
        bulkFilled = 0;
        if (mark == '$') {
            return new Reply.Bulk(bytes);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (mark == '!') {
            return new Reply.Failure(text);
        }
        if (bytes.length < VERBATIM_HEAD || bytes[VERBATIM_HEAD - 1] != ':') {
            throw new ProtocolException("a text has no type");
        }
        return new Reply.Verbatim(
                new String(bytes, 0, VERBATIM_HEAD - 1, StandardCharsets.ISO_8859_1),
                new String(bytes, VERBATIM_HEAD, bytes.length - VERBATIM_HEAD, StandardCharsets.UTF_8));
    }

    /** The reply that is the line; null where it only begins one. */
    private @Nullable Reply line() {
        if (lineLength == 0) {
            throw new ProtocolException("a line is empty");
        }
        if (++elements > limits.maxElements()) {
            throw new ProtocolException("a reply has more than " + limits.maxElements() + " elements");
        }
        char mark = (char) (line[0] & 0xFF);
        switch (mark) {
            case '+':
                return new Reply.Simple(rest());
            case '-':
                return new Reply.Failure(rest());
            case ':':
                return new Reply.Int(number());
            case '_':
                return rest().isEmpty() ? new Reply.Nil() : unknown();
            case '#':
                return bool();
            case ',':
                return real();
            case '(':
                return big();
            case '$', '!', '=':
                return beginBulk(mark);
            case '*', '~', '>', '%', '|':
                return beginAggregate(mark);
            default:
                return unknown();
        }
    }

    private @Nullable Reply beginBulk(char mark) {
        long length = number();
        if (length == -1 && mark == '$') {
            return new Reply.Nil();
        }
        if (length < 0 || length > limits.maxBulkBytes()) {
            throw new ProtocolException("a string has " + length + " bytes, not 0 to " + limits.maxBulkBytes());
        }
        bulkMark = mark;
        bulkLength = (int) length;
        return null;
    }

    private @Nullable Reply beginAggregate(char mark) {
        long count = number();
        if (count == -1 && mark == '*') {
            return new Reply.Nil();
        }
        if (count < 0 || count > limits.maxElements()) {
            throw new ProtocolException("a reply has " + count + " elements, not 0 to " + limits.maxElements());
        }
        if (frames.size() == limits.maxDepth()) {
            throw new ProtocolException("replies stand more than " + limits.maxDepth() + " deep in replies");
        }
        Frame frame = new Frame(mark, mark == '%' || mark == '|' ? 2 * count : count);
        if (count == 0) {
            return frame.reply();
        }
        frames.push(frame);
        return null;
    }

    private long number() {
        if (!Ascii.isLong(line, 1, lineLength - 1)) {
            throw new ProtocolException("a number should stand behind '" + (char) line[0] + "'");
        }
        return Ascii.toLong(line, 1, lineLength - 1);
    }

    private Reply bool() {
        String text = rest();
        if (!text.equals("t") && !text.equals("f")) {
            return unknown();
        }
        return new Reply.Bool(text.equals("t"));
    }

    private Reply real() {
        String text = rest();
        switch (text) {
            case "inf":
                return new Reply.Real(Double.POSITIVE_INFINITY);
            case "-inf":
                return new Reply.Real(Double.NEGATIVE_INFINITY);
            case "nan", "-nan":
                return new Reply.Real(Double.NaN);
            default:
                if (!text.matches("[+-]?[0-9]+(\\.[0-9]*)?([eE][+-]?[0-9]{1,5})?")) {
                    return unknown();
                }
                return new Reply.Real(Double.parseDouble(text));
        }
    }

    private Reply big() {
        String text = rest();
        if (text.length() > MAX_BIG_DIGITS || !text.matches("[+-]?[0-9]+")) {
            return unknown();
        }
        return new Reply.Big(new BigInteger(text));
    }

    private String rest() {
        return new String(line, 1, lineLength - 1, StandardCharsets.UTF_8);
    }

    private static Reply unknown() {
        throw new ProtocolException("a line is no reply of Redis");
    }

    /** A reply whose elements are being read. */
    private static final class Frame {
        private final char mark;
        private final long count;
        private final List<Reply> elements = new ArrayList<>();

        Frame(char mark, long count) {
            this.mark = mark;
            this.count = count;
        }

        /** Takes one more element; whether all are there. */
        boolean isFull(Reply element) {
            elements.add(element);
            return elements.size() == count;
        }

        @Nullable Reply reply() {
            switch (mark) {
                case '*':
                    return new Reply.Several(Reply.Kind.ARRAY, List.copyOf(elements));
                case '~':
                    return new Reply.Several(Reply.Kind.SET, List.copyOf(elements));
                case '>':
                    return new Reply.Several(Reply.Kind.PUSH, List.copyOf(elements));
                case '%':
                    return new Reply.Pairs(List.copyOf(elements));
                default:
                    return null;
            }
        }
    }
}
