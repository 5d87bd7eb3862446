package dev.larder.protocol.memcached;

import dev.larder.protocol.memcached.Reply.Fault;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Reply.Word;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads replies from bytes that arrive in any pieces. For one connection and one thread at a time.
 *
 * <pre>
 *  LINE ── "HD …\r\n" and others ──▶ a reply, LINE again
 *    └──── "VA n …\r\n" ──▶ VALUE ── n bytes ──▶ TAIL ── "\r\n" ──▶ a reply, LINE again
 *  any ── what is not the protocol, or passes a limit ──▶ BROKEN, for good
 * </pre>
 *
 * It holds one line and one value at most, each within its {@link Limits}. A value's array is made when its length is known, and no
 * array is made for a length that passes the limit.
 */
public final class ReplyParser {
    private enum Stage {
        LINE,
        VALUE,
        TAIL,
        BROKEN
    }

    private static final byte[] NO_BYTES = {};
    private static final int FIRST_LINE_BYTES = 64;
    private static final int MAX_LENGTH_DIGITS = 10;
    private static final String VERSION = "VERSION ";

    private final Limits limits;
    private Stage stage = Stage.LINE;
    private byte[] line = NO_BYTES;
    private int lineLength;
    private byte[] value = NO_BYTES;
    private int valueLength;
    private int tailLength;
    private MetaFlags flags = MetaFlags.NONE;

    public ReplyParser(Limits limits) {
        this.limits = limits;
    }

    /**
     * The next reply, or null where {@code in} ends before it does: call again with what comes next. Takes from
     * {@code in} what it used. Throws {@link ProtocolException}, then and ever after, for what is no reply.
     */
    public @Nullable Reply next(ByteBuffer in) {
        if (stage == Stage.BROKEN) {
            throw new ProtocolException("nothing can be read behind what was no reply");
        }
        try {
            return read(in);
        } catch (ProtocolException e) {
            stage = Stage.BROKEN;
            line = NO_BYTES;
            value = NO_BYTES;
            throw e;
        }
    }

    /** How many bytes it holds. */
    int heldBytes() {
        return line.length + value.length;
    }

    private @Nullable Reply read(ByteBuffer in) {
        if (stage == Stage.LINE) {
            if (!fillLine(in)) {
                return null;
            }
            Reply reply = reply(new String(line, 0, lineLength, StandardCharsets.ISO_8859_1));
            lineLength = 0;
            if (reply != null) {
                return reply;
            }
            stage = Stage.VALUE;
        }
        if (stage == Stage.VALUE) {
            int count = Math.min(in.remaining(), value.length - valueLength);
            in.get(value, valueLength, count);
            valueLength += count;
            if (valueLength < value.length) {
                return null;
            }
            stage = Stage.TAIL;
        }
        return tail(in);
    }

    private @Nullable Reply tail(ByteBuffer in) {
        while (tailLength < 2) {
            if (!in.hasRemaining()) {
                return null;
            }
            if (in.get() != (tailLength == 0 ? '\r' : '\n')) {
                throw new ProtocolException("a value is longer than was announced");
            }
            tailLength++;
        }
        Reply reply = new Reply.Meta(Status.VA, flags, value);
        stage = Stage.LINE;
        value = NO_BYTES;
        valueLength = 0;
        tailLength = 0;
        return reply;
    }

    /** Takes bytes up to the end of the line; whether it came. */
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
                int longer = Math.min(limits.maxLineBytes() + 1, Math.max(FIRST_LINE_BYTES, 2 * line.length));
                line = Arrays.copyOf(line, longer);
            }
            line[lineLength++] = next;
        }
        return false;
    }

    /** The reply in {@code text}; null where a value follows. */
    private @Nullable Reply reply(String text) {
        int space = text.indexOf(' ');
        String word = space < 0 ? text : text.substring(0, space);
        String rest = space < 0 ? "" : text.substring(space + 1);
        if (word.length() == 2) {
            return meta(word, rest);
        }
        if (text.startsWith(VERSION)) {
            return new Reply.Version(printable(text.substring(VERSION.length())));
        }
        for (Fault fault : Fault.values()) {
            if (fault.word().equals(word)) {
                return new Reply.Failure(fault, printable(rest));
            }
        }
        for (Word known : Word.values()) {
            if (known.name().equals(text)) {
                return new Reply.Line(known);
            }
        }
        throw unknown();
    }

    private @Nullable Reply meta(String word, String rest) {
        for (Status status : Status.values()) {
            if (status.name().equals(word)) {
                if (status != Status.VA) {
                    return new Reply.Meta(status, flags(rest), null);
                }
                int space = rest.indexOf(' ');
                value = new byte[length(space < 0 ? rest : rest.substring(0, space))];
                flags = space < 0 ? MetaFlags.NONE : flags(rest.substring(space + 1));
                return null;
            }
        }
        if (word.equals(Word.OK.name()) && rest.isEmpty()) {
            return new Reply.Line(Word.OK);
        }
        throw unknown();
    }

    private int length(String digits) {
        boolean number = !digits.isEmpty()
                && digits.length() <= MAX_LENGTH_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number) {
            throw new ProtocolException("a value's length should be a number");
        }
        long length = Long.parseLong(digits);
        if (length > limits.maxValueBytes()) {
            throw new ProtocolException(
                    "a value has " + length + " bytes, which is more than " + limits.maxValueBytes());
        }
        return (int) length;
    }

    private static MetaFlags flags(String text) {
        // A key that was asked for comes back among them, so that they are not ASCII always.
        boolean clean = text.chars().allMatch(c -> c >= ' ' && c != 0x7F);
        if (!clean) {
            throw new ProtocolException("flags hold a control character");
        }
        return MetaFlags.trusted(text);
    }

    private static String printable(String text) {
        boolean clean = text.chars().allMatch(c -> c >= ' ' && c <= '~');
        return clean ? text : text.replaceAll("[^ -~]", "?");
    }

    private static ProtocolException unknown() {
        return new ProtocolException("a line is no reply of Memcached");
    }
}
