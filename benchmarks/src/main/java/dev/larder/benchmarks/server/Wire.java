package dev.larder.benchmarks.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kind of request in one protocol, and how many bytes its reply has: all keys are there and all values are of one
 * size, so a reply is told by its length, and a generator spends nothing on reading it.
 */
final class Wire {
    /** Where a request has digits that change from one to the next. */
    private static final char DIGIT = '#';

    private static final String KEY = "item:" + "#".repeat(15);
    private static final int FIELDS_OF_A_HASH = 170;

    private final byte[] request;
    private final int replyBytes;
    private final int lastDigit;
    /** The last digit of a first number, where there are two; or -1. */
    private final int firstNumber;

    private Wire(String request, String reply) {
        this.request = request.replace(DIGIT, '0').getBytes(StandardCharsets.ISO_8859_1);
        this.replyBytes = reply.length();
        this.lastDigit = request.lastIndexOf(DIGIT);
        int begin = lastDigit;
        while (request.charAt(begin) == DIGIT) {
            begin--;
        }
        this.firstNumber = request.lastIndexOf(DIGIT, begin);
    }

    /** Redis's {@code GET}. */
    static Wire redisGet(int valueBytes) {
        return new Wire(resp("GET", KEY), "$" + valueBytes + "\r\n" + value(valueBytes) + "\r\n");
    }

    /** Redis's {@code SET}. */
    static Wire redisSet(int valueBytes) {
        return new Wire(resp("SET", KEY, value(valueBytes)), "+OK\r\n");
    }

    /** The same with an expiry of an hour. */
    static Wire redisSetWithExpiry(int valueBytes) {
        return new Wire(resp("SET", KEY, value(valueBytes), "EX", "3600"), "+OK\r\n");
    }

    /** Memcached's {@code get}. */
    static Wire memcachedGet(int valueBytes) {
        return new Wire(
                "get " + KEY + "\r\n",
                "VALUE " + KEY + " 0 " + valueBytes + "\r\n" + value(valueBytes) + "\r\nEND\r\n");
    }

    /** Memcached's {@code set}. */
    static Wire memcachedSet(int valueBytes) {
        return new Wire("set " + KEY + " 0 0 " + valueBytes + "\r\n" + value(valueBytes) + "\r\n", "STORED\r\n");
    }

    /** Sets a new field of one hash: 16 bytes of field, 3 of value. */
    static Wire newField() {
        return new Wire(resp("HSET", "stock", "st:" + "#".repeat(13), "123"), ":1\r\n");
    }

    /** Reads such a field. */
    static Wire field() {
        return new Wire(resp("HGET", "stock", "st:" + "#".repeat(13)), "$3\r\n123\r\n");
    }

    /** The same in hashes of {@value #FIELDS_OF_A_HASH} fields each. */
    static Wire newFieldOfMany() {
        return new Wire(resp("HSET", "stock:#######", "st:" + "#".repeat(13), "123"), ":1\r\n");
    }

    /** Reads such a field. */
    static Wire fieldOfMany() {
        return new Wire(resp("HGET", "stock:#######", "st:" + "#".repeat(13)), "$3\r\n123\r\n");
    }

    private static String value(int bytes) {
        return "x".repeat(bytes);
    }

    private static String resp(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append(String.format(Locale.ROOT, "$%d\r\n%s\r\n", word.length(), word));
        }
        return text.toString();
    }

    /** Appends a request for a number's key, or field. */
    void append(ByteBuffer out, int number) {
        int start = out.position();
        out.put(request);
        if (firstNumber < 0) {
            digits(out, start + lastDigit, number);
        } else {
            digits(out, start + firstNumber, number / FIELDS_OF_A_HASH);
            digits(out, start + lastDigit, number % FIELDS_OF_A_HASH);
        }
    }

    private static void digits(ByteBuffer out, int last, int number) {
        int at = last;
        for (int rest = number; rest > 0; rest /= 10) {
            out.put(at--, (byte) ('0' + rest % 10));
        }
    }

    int replyBytes() {
        return replyBytes;
    }
}
