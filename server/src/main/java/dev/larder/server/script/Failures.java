package dev.larder.server.script;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;

/**
 * Messages of errors in Lua 5.1's words. The interpreter's say less ("attempt to index ? (a nil value)"), so they are made
 * anew from the instruction that failed and the values that it worked on.
 */
final class Failures {
    private static final Pattern COMPILATION = Pattern.compile("(?s)^@?(\\S+?):(\\d+): ?(.*)$");
    private static final Pattern SYMBOL = Pattern.compile("(?s)^unexpected symbol (\\d+) \\((.*)\\)$");
    /** What the interpreter says of the text {@code 0x} where it wants a number. */
    private static final String NO_DIGITS = "vm error: java.lang.ArrayIndexOutOfBoundsException";

    private static final int MOST_BYTE = 255;
    private static final Pattern ARGUMENT = Pattern.compile("^bad argument: (.+) expected, got (.+)$");
    private static final Pattern NUMBERED = Pattern.compile("^bad argument #(\\d+): (.+)$");

    private Failures() {}

    /** What a script gets of an error that it catches. */
    static LuaValue value(LuaError failed) {
        return failed instanceof ScriptError own ? own.value() : Values.string(String.valueOf(failed.getMessage()));
    }

    /** A compiler's message with the name of the text as Redis has it. */
    static String compilation(LuaError wrong) {
        String text = String.valueOf(wrong.getMessage());
        Matcher matcher = COMPILATION.matcher(text);
        if (!matcher.matches()) {
            return text;
        }
        String message = matcher.group(3).replace("<eos>", "<eof>");
        Matcher symbol = SYMBOL.matcher(message);
        if (symbol.matches()) {
            boolean isByte = Integer.parseInt(symbol.group(1)) <= MOST_BYTE;
            message = "unexpected symbol near '" + (isByte ? symbol.group(2) : "<eof>") + "'";
        }
        return matcher.group(1) + ":" + matcher.group(2) + ": " + message;
    }

    /** The message of an error that a frame's instruction met. */
    static String words(Frame frame, String raw) {
        boolean isStore = raw.startsWith("index expected, got ");
        boolean isKey = raw.startsWith("table index");
        boolean isText = raw.startsWith(NO_DIGITS);
        if (!isStore && !isKey && !isText && !raw.startsWith("attempt to ")) {
            return argument(raw);
        }
        Prototype function = frame.function();
        int instruction = function.code[frame.place()];
        int a = Lua.GETARG_A(instruction);
        int b = Lua.GETARG_B(instruction);
        int c = Lua.GETARG_C(instruction);
        return switch (Lua.GET_OPCODE(instruction)) {
            case Lua.OP_GETTABLE, Lua.OP_SELF -> typed(frame, "index", b, raw);
            case Lua.OP_SETTABLE ->
                isKey ? "table index is " + (frame.operand(b).isnil() ? "nil" : "NaN") : typed(frame, "index", a, raw);
            case Lua.OP_GETTABUP -> upvalue(frame, b, raw);
            case Lua.OP_SETTABUP -> upvalue(frame, a, raw);
            case Lua.OP_LEN -> typed(frame, "get length of", b, raw);
            case Lua.OP_CALL, Lua.OP_TAILCALL, Lua.OP_TFORCALL ->
                raw.startsWith("attempt to call ") ? typed(frame, "call", a, raw) : raw;
            case Lua.OP_UNM ->
                frame.value(b) instanceof Joined joined
                        ? concatenated(frame, joined, b, raw)
                        : typed(frame, "perform arithmetic on", b, raw);
            case Lua.OP_ADD, Lua.OP_SUB, Lua.OP_MUL, Lua.OP_DIV, Lua.OP_MOD, Lua.OP_POW ->
                typed(
                        frame,
                        "perform arithmetic on",
                        Values.converted(frame.operand(b)).isnil() ? b : c,
                        raw);
            case Lua.OP_FORPREP -> isText ? "'for' initial value must be a number" : raw;
            case Lua.OP_LT, Lua.OP_LE ->
                compared(frame.operand(b).typename(), frame.operand(c).typename());
            default -> raw;
        };
    }

    private static String argument(String raw) {
        Matcher unnumbered = ARGUMENT.matcher(raw);
        if (unnumbered.matches()) {
            String expected = unnumbered.group(1);
            String type = expected.equals("int") || expected.equals("double") ? "number" : expected;
            return "bad argument #1 to '?' (" + type + " expected, got " + unnumbered.group(2) + ")";
        }
        Matcher numbered = NUMBERED.matcher(raw);
        if (numbered.matches()) {
            return "bad argument #" + numbered.group(1) + " to '?' (" + numbered.group(2) + ")";
        }
        return raw;
    }

    private static String typed(Frame frame, String what, int operand, String raw) {
        LuaValue value = frame.operand(operand);
        if (value.isfunction() && what.equals("call")) {
            return raw;
        }
        String name = Lua.ISK(operand) ? null : Names.of(frame.function(), frame.place(), operand);
        return phrase(what, name, value);
    }

    private static String phrase(String what, @Nullable String name, LuaValue value) {
        return "attempt to " + what
                + (name == null
                        ? " a " + value.typename() + " value"
                        : " " + name + " (a " + value.typename() + " value)");
    }

    private static String upvalue(Frame frame, int index, String raw) {
        String name = Names.upvalue(frame.function(), index);
        int open = raw.indexOf("(a ");
        return open < 0 || name == null ? raw : "attempt to index " + name + " " + raw.substring(open);
    }

    private static String concatenated(Frame frame, Joined joined, int register, String raw) {
        LuaValue wrong = joined.wrong();
        if (wrong == null) {
            return raw;
        }
        int begin = frame.place() - joined.count();
        return phrase("concatenate", Names.of(frame.function(), begin, register + joined.wrongIndex()), wrong);
    }

    private static String compared(String one, String other) {
        return one.equals(other)
                ? "attempt to compare two " + one + " values"
                : "attempt to compare " + one + " with " + other;
    }

    /** A function at work: which instruction it is at, and its registers. */
    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    record Frame(Prototype function, int place, LuaValue[] registers) {
        LuaValue value(int register) {
            return register < registers.length ? registers[register] : LuaValue.NIL;
        }

        /** A register or a constant. */
        LuaValue operand(int operand) {
            return Lua.ISK(operand) ? function.k[Lua.INDEXK(operand)] : value(operand);
        }
    }
}
