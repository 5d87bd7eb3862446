package dev.larder.protocol.resp;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.InputBuffer;
import dev.larder.protocol.bytes.Scratch;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one connection from bytes that arrive in any pieces. Confined to one thread.
 *
 * <pre>
 *   parser.input().take(bytes), or target() and filled(n)
 *   while (parser.next()) execute(parser.arguments())
 * </pre>
 *
 * <p>A request is an array of bulk strings, or a line of words ({@link InlineWords}). Nothing is copied or allocated for
 * one that lies as a whole in what was read. What an incomplete one has told is kept, so that no byte is looked at again
 * except within a line of a few bytes; no memory is taken for what was only announced ({@link InputBuffer}).
 *
 * <p>Words and order of complaints are those of Redis 7.0, with these differences: a line end is exactly CR LF, also
 * behind an argument, where Redis skips two bytes unseen; a line longer than the limit is refused also if its end came with
 * it; a NUL in a line is refused at once, where Redis waits for more. What is refused does not depend on the pieces.
 */
public final class RequestParser {
    private static final int MAX_QUICK_DIGITS = 9;

    private final RequestLimits limits;
    private final InputBuffer input;
    private final Arguments arguments = new Arguments();

    private boolean authenticated = true;
    /** How many bytes of the request are used up. */
    private int at;
    /** How many bytes of the request have been searched for the end of a line. */
    private int searched;
    /** How many arguments are to come. */
    private int missing;
    /** How long the next argument is; -1: not known. */
    private int bulk = -1;

    private boolean isLarge;
    private @Nullable String broken;

    public RequestParser(RequestLimits limits, Scratch scratch) {
        this.limits = limits;
        this.input = new InputBuffer(scratch);
    }

    /** Where what comes from the client goes. */
    public InputBuffer input() {
        return input;
    }

    /** What the last call of {@link #next} found. */
    public Arguments arguments() {
        return arguments;
    }

    /**
     * Whether the client has logged in, or need not. While not, a request may have
     * {@value RequestLimits#UNAUTHENTICATED_ARGUMENTS} arguments of {@value RequestLimits#UNAUTHENTICATED_BULK_BYTES} bytes
     * each. True at first.
     */
    public void authenticated(boolean is) {
        authenticated = is;
    }

    /** How many bytes of memory the connection holds, the scratch aside, to within a hundred. */
    public int heldBytes() {
        return input.heldBytes() + arguments.heldBytes();
    }

    /**
     * Whether there is another request; it is in {@link #arguments()} then. If not, the input has been parked: the scratch
     * is free for other connections. Throws {@link ProtocolException}, then and ever after, for what is no request.
     */
    public boolean next() {
        if (broken != null) {
            throw new ProtocolException(broken);
        }
        try {
            if (missing == 0 && at > 0) {
                forget();
            }
            while (isNotEmpty()) {
                boolean complete = missing > 0 ? moreArguments() : begin();
                if (!complete) {
                    break;
                }
                if (arguments.count() > 0) {
                    arguments.complete(input.array(), input.start());
                    return true;
                }
                forget(); // an empty line, or an empty array
            }
            input.park();
            checkHeld();
            return false;
        } catch (ProtocolException e) {
            broken = e.getMessage();
            arguments.clear();
            input.clear();
            throw e;
        }
    }

    /** Whether anything can be read; false also for nothing but the start of a request that was looked at already. */
    private boolean isNotEmpty() {
        return isLarge || input.start() + at < input.end();
    }

    private void forget() {
        input.consume(at);
        at = 0;
        searched = 0;
        arguments.clear();
    }

    private boolean begin() {
        byte[] array = input.array();
        int first = input.start();
        if (array[first] != '*') {
            return inline(array, first);
        }
        int line = announced(array, first);
        if (line >= 0) {
            missing = bulk;
        } else {
            line = lineEnd(first, "Protocol error: too big mbulk count string");
            if (line < 0) {
                return false;
            }
            if (!Ascii.isLong(array, first + 1, line - first - 1) || array[line + 1] != '\n') {
                throw new ProtocolException("Protocol error: invalid multibulk length");
            }
            long count = Ascii.toLong(array, first + 1, line - first - 1);
            missing = (int) Math.min(Math.max(count, 0), Integer.MAX_VALUE);
        }
        bulk = -1;
        if (missing > limits.maxArguments()) {
            throw new ProtocolException("Protocol error: invalid multibulk length");
        }
        if (missing > RequestLimits.UNAUTHENTICATED_ARGUMENTS && !authenticated) {
            throw new ProtocolException("Protocol error: unauthenticated multibulk length");
        }
        at = line + 2 - first;
        return missing == 0 || moreArguments();
    }

    /** Whether all arguments are there. */
    private boolean moreArguments() {
        if (isLarge && !endLarge()) {
            return false;
        }
        byte[] array = input.array();
        int start = input.start();
        int end = input.end();
        while (missing > 0) {
            if (bulk < 0 && !announcedBulk(array, start + at)) {
                return false;
            }
            int from = start + at;
            if (end - from < bulk + 2) {
                if (bulk > InputBuffer.LARGE_BYTES && end - from < bulk) {
                    input.beginLarge(at, bulk);
                    isLarge = true;
                }
                return false;
            }
            if (array[from + bulk] != '\r' || array[from + bulk + 1] != '\n') {
                throw unfinished();
            }
            arguments.add(at, bulk);
            at += bulk + 2;
            bulk = -1;
            missing--;
        }
        return true;
    }

    /** Whether the large argument and the end of its line are there. */
    private boolean endLarge() {
        int from = input.start() + at;
        if (input.end() - from < 2) {
            return false;
        }
        byte[] value = input.endLarge();
        if (value == null) {
            return false;
        }
        if (input.array()[from] != '\r' || input.array()[from + 1] != '\n') {
            throw unfinished();
        }
        arguments.addLarge(value);
        isLarge = false;
        at += 2;
        bulk = -1;
        missing--;
        return true;
    }

    private static ProtocolException unfinished() {
        return new ProtocolException("Protocol error: expected CRLF behind an argument");
    }

    /** Reads the line {@code $n} at {@code first} into {@code bulk}; false where it is not there as a whole. */
    private boolean announcedBulk(byte[] array, int first) {
        int line = array.length > first && array[first] == '$' ? announced(array, first) : -1;
        if (line < 0) {
            line = lineEnd(first, "Protocol error: too big bulk count string");
            if (line < 0) {
                return false;
            }
            if (array[first] != '$') {
                throw new ProtocolException("Protocol error: expected '$', got '" + shown(array[first]) + "'");
            }
            long length = Ascii.isLong(array, first + 1, line - first - 1)
                    ? Ascii.toLong(array, first + 1, line - first - 1)
                    : -1;
            bulk = array[line + 1] == '\n' && length <= Integer.MAX_VALUE ? (int) length : -1;
        }
        if (bulk < 0 || bulk > limits.maxBulkBytes()) {
            throw new ProtocolException("Protocol error: invalid bulk length");
        }
        if (bulk > RequestLimits.UNAUTHENTICATED_BULK_BYTES && !authenticated) {
            throw new ProtocolException("Protocol error: unauthenticated bulk length");
        }
        at = line + 2 - input.start();
        return true;
    }

    /**
     * The quick way to read a length of up to nine digits behind the byte at {@code first}: puts it into {@code bulk} and
     * gives the place of the line's CR. -1 for all that is unusual.
     */
    private int announced(byte[] array, int first) {
        int end = input.end();
        int i = first + 1;
        int value = 0;
        int last = Math.min(end - 1, i + MAX_QUICK_DIGITS);
        while (i < last) {
            int digit = array[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
            i++;
        }
        boolean usual = i > first + 1
                && i + 1 < end
                && array[i] == '\r'
                && array[i + 1] == '\n'
                && (array[first + 1] != '0' || i == first + 2);
        if (!usual) {
            return -1;
        }
        bulk = value;
        return i;
    }

    private boolean inline(byte[] array, int first) {
        int end = input.end();
        int i = first + searched;
        while (i < end && array[i] != '\n' && array[i] != 0) {
            i++;
        }
        searched = i - first;
        if (searched > limits.maxInlineBytes()) {
            throw new ProtocolException("Protocol error: too big inline request");
        }
        if (i == end) {
            return false;
        }
        if (array[i] == 0) {
            throw new ProtocolException("Protocol error: NUL in an inline request");
        }
        int last = i > first && array[i - 1] == '\r' ? i - 1 : i;
        if (!InlineWords.split(array, first, last, arguments)) {
            throw new ProtocolException("Protocol error: unbalanced quotes in request");
        }
        at = i + 1 - first;
        return true;
    }

    /** Where the CR of the line at {@code first} is, with one byte at least behind it; -1 where it is not there yet. */
    private int lineEnd(int first, String tooLong) {
        byte[] array = input.array();
        int end = input.end();
        int i = Math.max(first, input.start() + searched);
        while (i < end && array[i] != '\r') {
            i++;
        }
        searched = i - input.start();
        if (i - first > limits.maxInlineBytes()) {
            throw new ProtocolException(tooLong);
        }
        return i + 1 < end ? i : -1;
    }

    private void checkHeld() {
        if (heldBytes() > limits.maxRequestBytes()) {
            throw new ProtocolException("Protocol error: request of more than " + limits.maxRequestBytes() + " bytes");
        }
    }

    /** As Redis shows a byte in an error: line ends as spaces. */
    private static char shown(byte each) {
        return each == '\r' || each == '\n' ? ' ' : (char) (each & 0xFF);
    }
}
