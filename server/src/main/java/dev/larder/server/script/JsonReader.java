package dev.larder.server.script;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** Reads JSON, with the messages of lua-cjson. Confined to one thread. */
final class JsonReader {
    private static final int MOST_DEPTH = 1_000;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]*)?([eE][+-]?[0-9]+)?");

    private final byte[] text;
    private int at;

    JsonReader(LuaString text) {
        this.text = Values.bytes(text);
    }

    LuaValue read() {
        LuaValue value = value(0);
        skip();
        if (at < text.length) {
            throw expected("the end");
        }
        return value;
    }

    private void skip() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
            at++;
        }
    }

    private int peek() {
        skip();
        return at < text.length ? text[at] & 0xFF : -1;
    }

    private LuaValue value(int depth) {
        int next = peek();
        if (next == '"') {
            return string();
        }
        if (next == '{' || next == '[') {
            if (depth >= MOST_DEPTH) {
                throw new LuaError("Found too many nested data structures (" + (depth + 1) + ")");
            }
            at++;
            return next == '{' ? object(depth + 1) : array(depth + 1);
        }
        if (next == '-' || (next >= '0' && next <= '9')) {
            return number();
        }
        if (word("true")) {
            return LuaValue.TRUE;
        }
        if (word("false")) {
            return LuaValue.FALSE;
        }
        if (word("null")) {
            return JsonLibrary.NULL;
        }
        throw expected("value");
    }

    private boolean word(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            if (at + i >= text.length || text[at + i] != bytes[i]) {
                return false;
            }
        }
        at += bytes.length;
        return true;
    }

    private LuaValue number() {
        int begin = at;
        int end = at;
        while (end < text.length && "+-.0123456789eE".indexOf(text[end]) >= 0) {
            end++;
        }
        String digits = new String(text, begin, end - begin, StandardCharsets.US_ASCII);
        if (!NUMBER.matcher(digits).matches()) {
            throw new LuaError("Expected value but found invalid number at character " + (begin + 1));
        }
        at = end;
        return LuaValue.valueOf(Double.parseDouble(digits));
    }

    private LuaValue object(int depth) {
        LuaTable table = new LuaTable();
        if (peek() == '}') {
            at++;
            return table;
        }
        while (true) {
            if (peek() != '"') {
                throw expected("object key string");
            }
            LuaValue key = string();
            if (peek() != ':') {
                throw expected("colon");
            }
            at++;
            table.rawset(key, value(depth));
            int next = peek();
            if (next == '}') {
                at++;
                return table;
            }
            if (next != ',') {
                throw expected("comma or object end");
            }
            at++;
        }
    }

    private LuaValue array(int depth) {
        LuaTable table = new LuaTable();
        if (peek() == ']') {
            at++;
            return table;
        }
        for (int i = 1; ; i++) {
            table.rawset(i, value(depth));
            int next = peek();
            if (next == ']') {
                at++;
                return table;
            }
            if (next != ',') {
                throw expected("comma or array end");
            }
            at++;
        }
    }

    private LuaString string() {
        int begin = at++;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            if (at >= text.length) {
                at = begin;
                throw new LuaError(
                        "Expected value but found unexpected end of string at character " + (text.length + 1));
            }
            int each = text[at++] & 0xFF;
            if (each == '"') {
                byte[] all = out.toByteArray();
                return LuaString.valueUsing(all, 0, all.length);
            }
            if (each == '\\') {
                escape(out);
            } else {
                out.write(each);
            }
        }
    }

    private void escape(ByteArrayOutputStream out) {
        int each = at < text.length ? text[at++] : 0;
        switch (each) {
            case '"', '\\', '/' -> out.write(each);
            case 'b' -> out.write('\b');
            case 'f' -> out.write('\f');
            case 'n' -> out.write('\n');
            case 'r' -> out.write('\r');
            case 't' -> out.write('\t');
            case 'u' -> {
                int unit = unit();
                int point = unit;
                if (Character.isHighSurrogate((char) unit)) {
                    boolean isPair = at + 1 < text.length && text[at] == '\\' && text[at + 1] == 'u';
                    at += 2;
                    int low = isPair ? unit() : 0;
                    if (!Character.isLowSurrogate((char) low)) {
                        throw invalidEscape();
                    }
                    point = Character.toCodePoint((char) unit, (char) low);
                } else if (Character.isLowSurrogate((char) unit)) {
                    throw invalidEscape();
                }
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
            default -> throw new LuaError("Expected value but found invalid escape code at character " + (at - 1));
        }
    }

    private int unit() {
        int sum = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length ? Character.digit(text[at], 16) : -1;
            if (digit < 0) {
                throw invalidEscape();
            }
            sum = sum << 4 | digit;
            at++;
        }
        return sum;
    }

    private LuaError invalidEscape() {
        return new LuaError("Expected value but found invalid unicode escape code at character " + (at + 1));
    }

    private LuaError expected(String what) {
        int next = peek();
        String found = switch (next) {
            case -1 -> "T_END";
            case '{' -> "T_OBJ_BEGIN";
            case '}' -> "T_OBJ_END";
            case '[' -> "T_ARR_BEGIN";
            case ']' -> "T_ARR_END";
            case ':' -> "T_COLON";
            case ',' -> "T_COMMA";
            case '"' -> "T_STRING";
            default ->
                next == '-' || (next >= '0' && next <= '9')
                        ? "T_NUMBER"
                        : starts("true") || starts("false") ? "T_BOOLEAN" : starts("null") ? "T_NULL" : "invalid token";
        };
        return new LuaError("Expected " + what + " but found " + found + " at character " + (at + 1));
    }

    private boolean starts(String word) {
        int begin = at;
        boolean is = word(word);
        at = begin;
        return is;
    }
}
