package dev.larder.protocol.memcached.server;

import dev.larder.protocol.bytes.InputBuffer;
import dev.larder.protocol.bytes.Scratch;
import dev.larder.protocol.memcached.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one connection from bytes that arrive in any pieces, as memcached 1.6 does. Confined to one thread.
 *
 * <pre>
 *   LINE ── no value follows ──▶ a request, LINE again
 *     ├──── a value follows ──▶ VALUE ── n bytes, CR LF ──▶ a request, LINE again
 *     └──── one that is refused ──▶ a request, PASSING ── n + 2 bytes ──▶ LINE
 * </pre>
 *
 * What a client does wrong is a request with a refusal and the connection goes on, as there. {@link ProtocolException} is
 * for what memcached hangs up on: lines that are too long, and browsers. A line ends with LF, a CR before it does no harm;
 * a value ends with CR LF. Differences: numbers that do not fit are refused and not cut to 32 bits, a line longer than its
 * limit is refused also if its end came with it, and lines of {@code get} have a limit.
 */
public final class TextRequestParser {
    private static final int MAX_LEADING_SPACES = 100;
    private static final int PASSWORD_WORDS = 2;
    private static final int LOGIN_WORDS = 5;
    private static final String HTTP = "HTTP/";

    private final TextLimits limits;
    private final InputBuffer input;
    private final TextRequest request = new TextRequest();

    private boolean needsLogin;
    private boolean isInValue;
    private boolean isLarge;
    /** How many bytes of the request are used up. */
    private int at;
    /** How many bytes of the request have been searched for the end of its line. */
    private int searched;
    /** How many bytes of a refused value are to be passed over. */
    private int passing;

    private @Nullable String broken;

    public TextRequestParser(TextLimits limits, Scratch scratch) {
        this.limits = limits;
        this.input = new InputBuffer(scratch);
    }

    /** Where what comes from the client goes. */
    public InputBuffer input() {
        return input;
    }

    /** What the last call of {@link #next} found. */
    public TextRequest request() {
        return request;
    }

    /**
     * Whether the client must log in. While it must, a {@code set} is read as {@link Command#LOGIN} and all else is
     * refused. False at first.
     */
    public void needsLogin(boolean must) {
        needsLogin = must;
    }

    /** How many bytes of memory the connection holds, the scratch aside, to within a hundred. */
    public int heldBytes() {
        return input.heldBytes() + request.words.heldBytes();
    }

    /**
     * Whether there is another request; it is in {@link #request()} then. If not, the input has been parked: the scratch is
     * free for other connections. Throws {@link ProtocolException}, then and ever after, where to hang up.
     */
    public boolean next() {
        if (broken != null) {
            throw new ProtocolException(broken);
        }
        try {
            if (!isInValue && at > 0) {
                input.consume(at);
                at = 0;
                searched = 0;
                request.clear();
            }
            if (pass() && (isInValue || line()) && (!isInValue || value())) {
                request.placed(input.array(), input.start());
                return true;
            }
            input.park();
            return false;
        } catch (ProtocolException e) {
            broken = e.getMessage();
            request.clear();
            input.clear();
            throw e;
        }
    }

    private boolean pass() {
        int count = Math.min(passing, input.end() - input.start());
        input.consume(count);
        passing -= count;
        return passing == 0;
    }

    /** Reads a line; false where its end has not come. */
    private boolean line() {
        byte[] array = input.array();
        int first = input.start();
        int end = input.end();
        int i = first + searched;
        while (i < end && array[i] != '\n') {
            i++;
        }
        searched = i - first;
        checkLine(array, first, i);
        if (i == end) {
            return false;
        }
        at = i + 1 - first;
        request.clear();
        request.placed(array, first);
        request.words.split(array, first, first, i > first && array[i - 1] == '\r' ? i - 1 : i);
        boolean valueFollows = needsLogin ? login() : command();
        if (valueFollows && request.refusal != null) {
            passing = request.valueLength + 2;
        }
        isInValue = valueFollows && request.refusal == null;
        return true;
    }

    private void checkLine(byte[] array, int first, int end) {
        int most = needsLogin ? TextLimits.MAX_LOGIN_BYTES : limits.maxLineBytes();
        if (end - first > most + 1 && !needsLogin && isGet(array, first, end)) {
            most = limits.maxGetLineBytes();
        }
        if (end - first > most + 1) { // one more than the limit, for the carriage return
            throw new ProtocolException("a line has more than " + most + " bytes");
        }
    }

    private static boolean isGet(byte[] array, int first, int end) {
        int i = first;
        while (i < end && array[i] == ' ' && i - first < MAX_LEADING_SPACES) {
            i++;
        }
        int word = i;
        while (i < end && array[i] != ' ' && i - word < MAX_LEADING_SPACES) {
            i++;
        }
        Command command = Command.WORDS.find(array, word, i - word);
        return command != null && command.form() == Command.Form.KEYS;
    }

    /** Reads what the line says; whether a value follows. */
    private boolean command() {
        Command command = request.words.count() == 0
                ? null
                : Command.WORDS.find(input.array(), request.offset(0), request.words.length(0));
        request.command = command == null ? Command.UNKNOWN : command;
        if (command == null && isHttp()) {
            throw new ProtocolException("a browser speaks");
        }
        return request.command.form() == Command.Form.META
                ? MetaLine.read(request, limits)
                : ClassicLine.read(request, limits);
    }

    private boolean isHttp() {
        int last = request.words.count() - 1;
        return last >= 0
                && request.words.length(last) >= HTTP.length()
                && new String(input.array(), request.offset(last), HTTP.length(), StandardCharsets.ISO_8859_1)
                        .equals(HTTP);
    }

    private boolean login() {
        boolean isLogin = request.words.count() >= LOGIN_WORDS
                && request.isWord(0, "set")
                && request.isNumber(LOGIN_WORDS - 1, 0, Integer.MAX_VALUE);
        if (!isLogin) {
            request.refuse("CLIENT_ERROR unauthenticated");
            return false;
        }
        long length = request.number(LOGIN_WORDS - 1);
        if (length > TextLimits.MAX_LOGIN_BYTES) {
            throw new ProtocolException("a login has more than " + TextLimits.MAX_LOGIN_BYTES + " bytes");
        }
        request.command = Command.LOGIN;
        request.valueLength = (int) length;
        return true;
    }

    /** Reads the value; false where it has not come as a whole. */
    private boolean value() {
        int from = input.start() + at;
        int have = input.end() - from;
        int length = request.valueLength;
        byte[] own = null;
        if (isLarge) {
            own = have < 2 ? null : input.endLarge();
            if (own == null) {
                return false;
            }
            length = 0;
        } else if (have < length + 2) {
            if (length > InputBuffer.LARGE_BYTES && have < length) {
                input.beginLarge(at, length);
                isLarge = true;
            }
            return false;
        }
        byte[] array = input.array();
        boolean isEnded = array[from + length] == '\r' && array[from + length + 1] == '\n';
        at += length + 2;
        isInValue = false;
        isLarge = false;
        if (own != null) {
            request.value(own, 0, true);
        } else {
            request.value(array, from, false);
        }
        if (request.command == Command.LOGIN) {
            password(array, from, isEnded);
        } else if (!isEnded) {
            request.refuse("CLIENT_ERROR bad data chunk");
            request.isQuiet = request.isQuiet && request.command != Command.MS;
        }
        return true;
    }

    private void password(byte[] array, int from, boolean isEnded) {
        if (!isEnded) {
            request.refuse("CLIENT_ERROR bad command line termination");
            return;
        }
        request.words.split(array, input.start(), from, from + request.valueLength);
        if (request.words.count() < PASSWORD_WORDS) {
            request.refuse("CLIENT_ERROR bad authentication token format");
            return;
        }
        request.firstKey = 0;
        request.keyCount = PASSWORD_WORDS;
    }
}
