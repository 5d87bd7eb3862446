package dev.larder.server.script;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.DebugLib;

/**
 * What the interpreter tells at each call and each instruction: from it come the line of an error, a bound on the depth of
 * calls, and a look at the clock and at memory every {@value #STEP} instructions. Scripts never see it. Confined to one
 * thread.
 *
 * <p>The bound on calls keeps the thread's stack from ending while a command changes the store.
 */
final class Watch extends DebugLib {
    static final int STEP = 4096;
    private static final int MOST_CALLS = 200;
    private static final LuaValue[] NO_REGISTERS = {};
    private static final long LOOK_BYTES = 16L << 20;
    private static final com.sun.management.@Nullable ThreadMXBean THREADS =
            ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean bean ? bean : null;

    private @Nullable Host host;
    private @Nullable Prototype[] functions = new Prototype[16];
    private int[] places = new int[16];
    private LuaValue[][] stacks = new LuaValue[16][];
    private int depth;
    private int left = STEP;
    private int line;
    private String text = "";
    private long startBytes;
    private long lookBytes;

    void begin(Host itsHost) {
        host = itsHost;
        depth = 0;
        left = STEP;
        line = 0;
        text = "";
        startBytes = allocated();
        lookBytes = startBytes + LOOK_BYTES;
    }

    void end() {
        host = null;
        Arrays.fill(functions, null);
        Arrays.fill(stacks, NO_REGISTERS);
    }

    Host host() {
        if (host == null) {
            throw new IllegalStateException("no script runs");
        }
        return host;
    }

    /** A function of ours calls back. */
    void enter() {
        push(null, NO_REGISTERS);
    }

    void leave() {
        depth--;
    }

    @Override
    public void onCall(LuaFunction function) {
        // only what is written in Lua counts
    }

    @Override
    public void onCall(LuaClosure function, Varargs given, LuaValue[] stack) {
        push(function.p, stack);
    }

    private void push(@Nullable Prototype function, LuaValue[] stack) {
        if (depth >= MOST_CALLS) {
            throw new LuaError("stack overflow");
        }
        if (depth == functions.length) {
            functions = Arrays.copyOf(functions, 2 * depth);
            places = Arrays.copyOf(places, 2 * depth);
            stacks = Arrays.copyOf(stacks, 2 * depth);
        }
        functions[depth] = function;
        stacks[depth] = stack;
        places[depth++] = 0;
    }

    @Override
    public void onInstruction(int pc, Varargs values, int top) {
        places[depth - 1] = pc;
        if (--left <= 0) {
            look();
        }
    }

    @Override
    public void onReturn() {
        depth--;
    }

    @Override
    public String traceback(int level) {
        return "";
    }

    private void look() {
        left = STEP;
        host().check();
        long now = allocated();
        if (now >= lookBytes) {
            lookBytes = now + LOOK_BYTES;
            Memory.check(now - startBytes);
        }
    }

    private static long allocated() {
        return THREADS == null ? 0 : THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Where the function is that is {@code level} calls out, the innermost one at 1, as {@code user_script:1}; or empty. */
    String place(int level) {
        int at = depth - level;
        return level < 1 || at < 0 ? "" : placeAt(at);
    }

    private String placeAt(int at) {
        Prototype function = functions[at];
        return function == null ? "" : name(function.source) + ":" + lineAt(at);
    }

    private int lineAt(int at) {
        Prototype function = functions[at];
        int[] lines = function == null ? new int[0] : function.lineinfo;
        return places[at] < lines.length ? lines[places[at]] : 0;
    }

    /**
     * What the interpreter calls with an error's message while the function that met it is still known.
     *
     * @return the message that the script sees
     */
    LuaValue failed(LuaValue message) {
        int at = depth - 1;
        Failures.Frame frame = frame(at);
        if (frame == null) {
            return message;
        }
        line = lineAt(at);
        String raw = message.tojstring();
        String prefix = frame.function().source.tojstring() + ":" + line + " ";
        if (!raw.startsWith(prefix)) {
            return message;
        }
        raw = raw.substring(prefix.length());
        Failures.Frame tail = depth < functions.length ? frame(depth) : null;
        boolean isTail = tail != null && isTailCall(tail, raw);
        text = (isTail ? placeAt(depth) : placeAt(at)) + ": "
                + Failures.words(isTail && tail != null ? tail : frame, raw);
        return Values.string(text);
    }

    /** The message of an error that left the script, and perhaps met no function on its way. */
    String outermost(String message) {
        Failures.Frame frame = frame(0);
        if (message.equals(text) || frame == null) {
            return message;
        }
        line = lineAt(0);
        return placeAt(0) + ": " + Failures.words(frame, message);
    }

    /** Whether it was thrown by the call that a function which has gone ended with. */
    private static boolean isTailCall(Failures.Frame frame, String raw) {
        int instruction = frame.function().code[frame.place()];
        return raw.startsWith("attempt to call ")
                && Lua.GET_OPCODE(instruction) == Lua.OP_TAILCALL
                && !frame.value(Lua.GETARG_A(instruction)).isfunction();
    }

    private Failures.@Nullable Frame frame(int at) {
        Prototype function = functions[at];
        return function == null ? null : new Failures.Frame(function, places[at], stacks[at]);
    }

    /** The line at which the last error was met. */
    int line() {
        return line > 0 || functions[0] == null ? line : lineAt(0);
    }

    private static String name(LuaString source) {
        String text = source.tojstring();
        return text.startsWith("@") || text.startsWith("=") ? text.substring(1) : "[string \"" + text + "\"]";
    }
}
