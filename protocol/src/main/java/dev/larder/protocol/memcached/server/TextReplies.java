package dev.larder.protocol.memcached.server;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.memcached.Reply;

/**
 * Writes the answers of a Memcached server. Nothing is checked: a request that has gone through the parser holds nothing
 * that could break a line. Confined to one thread.
 *
 * <pre>
 *   valueHead(key …); at = value(flags, length); put the bytes at {@code at}; …; end()
 *   meta(HD) or metaValue(length); flag(…) …; metaEnd(), or at = metaData(length)
 * </pre>
 */
public final class TextReplies {
    private static final byte[] VALUE = Ascii.bytes("VALUE ");
    private static final byte[] END = Ascii.bytes("END\r\n");
    private static final byte[] STAT = Ascii.bytes("STAT ");
    private static final byte[] META = Ascii.bytes("ME ");

    private final ByteSink sink;

    public TextReplies(ByteSink sink) {
        this.sink = sink;
    }

    /** Where it writes. */
    public ByteSink sink() {
        return sink;
    }

    /** One of the answers of one word. */
    public void word(Reply.Word word) {
        line(word.name());
    }

    /** A line of {@code text}: a refusal, a version, a number. Line ends in it become spaces. */
    public void line(String text) {
        int at = sink.length();
        sink.putLatin(text);
        byte[] array = sink.array();
        for (int i = at; i < sink.length(); i++) {
            if (array[i] == '\r' || array[i] == '\n') {
                array[i] = ' ';
            }
        }
        sink.putLineEnd();
    }

    /** The number that {@code incr} or {@code decr} made, unsigned. */
    public void number(long number) {
        sink.putUnsigned(number);
        sink.putLineEnd();
    }

    /** The beginning of an item for {@code get} and its like: its key. */
    public void valueHead(byte[] key, int offset, int length) {
        sink.put(VALUE);
        sink.put(key, offset, length);
        sink.put(' ');
    }

    /** The rest of the item: where the caller puts its {@code length} bytes into the sink's array. */
    public int value(int clientFlags, int length) {
        sizes(clientFlags, length);
        return data(length);
    }

    /** As {@link #value}, for {@code gets} and {@code gats}. */
    public int valueWithCas(int clientFlags, int length, long cas) {
        sizes(clientFlags, length);
        sink.put(' ');
        sink.putUnsigned(cas);
        return data(length);
    }

    /** {@code END}, behind items and statistics. */
    public void end() {
        sink.put(END);
    }

    /** One of the statistics. */
    public void stat(String name, String value) {
        sink.put(STAT);
        line(name + ' ' + value);
    }

    /** The beginning of an answer to a meta command that has no value. */
    public void meta(Reply.Status status) {
        sink.putLatin(status.name());
    }

    /** The beginning of an answer to a meta command with a value of {@code length} bytes. */
    public void metaValue(int length) {
        sink.putLatin("VA ");
        sink.putLong(length);
    }

    /** A flag without a token, such as {@code W}. */
    public void flag(char flag) {
        sink.put(' ');
        sink.put(flag);
    }

    /** A flag with a signed number, such as {@code t-1}. */
    public void flag(char flag, long number) {
        flag(flag);
        sink.putLong(number);
    }

    /** A flag with a number that has no sign, such as {@code c18446744073709551615}. */
    public void flagUnsigned(char flag, long number) {
        flag(flag);
        sink.putUnsigned(number);
    }

    /** Flag {@code index} of the request as it came with its token: {@code O} and the like. */
    public void flagOf(TextRequest request, int index) {
        int word = request.meta().word(index) + 1;
        sink.put(' ');
        sink.put(request.array(), request.offset(word), request.words.length(word));
    }

    /** The request's key as flag {@code k}, in base64 and with {@code b} if {@code isBinary}. */
    public void key(TextRequest request, boolean isBinary) {
        flag('k');
        if (!isBinary) {
            sink.put(request.array(), request.keyOffset(0), request.keyLength(0));
            return;
        }
        base64(request);
        flag('b');
    }

    /** Ends the line of {@link #meta}. */
    public void metaEnd() {
        sink.putLineEnd();
    }

    /** Ends the line of {@link #metaValue}; where the caller puts the value's {@code length} bytes. */
    public int metaData(int length) {
        return data(length);
    }

    /** The answer to {@code me}: the request's key and what is known of its item, as words like {@code exp=-1}. */
    public void debug(TextRequest request, boolean isBinary, String facts) {
        sink.put(META);
        if (isBinary) {
            base64(request);
        } else {
            sink.put(request.array(), request.keyOffset(0), request.keyLength(0));
        }
        sink.put(' ');
        line(facts);
    }

    private void base64(TextRequest request) {
        int length = request.keyLength(0);
        int at = sink.reserve(Base64Key.encodedLength(length));
        Base64Key.encode(request.array(), request.keyOffset(0), length, sink.array(), at);
    }

    private void sizes(int clientFlags, int length) {
        sink.putLong(Integer.toUnsignedLong(clientFlags));
        sink.put(' ');
        sink.putLong(length);
    }

    private int data(int length) {
        sink.putLineEnd();
        int at = sink.reserve(length + 2);
        byte[] array = sink.array();
        array[at + length] = '\r';
        array[at + length + 1] = '\n';
        return at;
    }
}
