package dev.larder.server.script;

import java.util.Arrays;
import org.luaj.vm2.LocVars;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;

/**
 * Has compiled scripts concatenate by our own code: the interpreter's writes numbers with seven digits, where Lua 5.1 has
 * fourteen, and makes strings of any length. So {@code A = B .. C .. D} becomes, in the registers that it takes anyway,
 *
 * <pre>
 *   B = START + B;  B = B + C;  B = B + D;  A = -B
 * </pre>
 *
 * where {@link Joined#START} is a constant that no script can name. Jumps are adjusted to the longer code.
 */
final class Concatenation {
    private static final int MOST_NEAR_CONSTANTS = 256;
    private static final int MOST_REGISTERS = 250;
    private static final int CONSTANT = 0x100;
    private static final int MIDDLE = 0x1FFFF;

    private final Prototype function;
    private final int[] newPlaces;
    private int[] code;
    private int[] lines;
    private int length;
    private int start;

    private Concatenation(Prototype function) {
        this.function = function;
        this.newPlaces = new int[function.code.length + 1];
        this.code = new int[function.code.length * 2];
        this.lines = new int[function.code.length * 2];
    }

    /** Changes a function and all that it contains. */
    static void replace(Prototype function) {
        for (Prototype inner : function.p) {
            replace(inner);
        }
        boolean isLong = function.k.length >= MOST_NEAR_CONSTANTS;
        if (function.maxstacksize < MOST_REGISTERS || !isLong) {
            new Concatenation(function).replace(isLong);
        }
    }

    private void replace(boolean isLong) {
        int[] old = function.code;
        boolean found = false;
        boolean isData = false;
        for (int pc = 0; pc < old.length; pc++) {
            newPlaces[pc] = length;
            int line = pc < function.lineinfo.length ? function.lineinfo[pc] : 0;
            int op = Lua.GET_OPCODE(old[pc]);
            if (!isData && op == Lua.OP_CONCAT) {
                if (!found) {
                    found = true;
                    addConstant();
                }
                concatenate(old[pc], line, isLong);
            } else {
                put(old[pc], line);
            }
            isData = !isData && (op == Lua.OP_LOADKX || (op == Lua.OP_SETLIST && Lua.GETARG_C(old[pc]) == 0));
        }
        newPlaces[old.length] = length;
        if (found) {
            function.code = Arrays.copyOf(code, length);
            function.lineinfo = Arrays.copyOf(lines, length);
            if (isLong) {
                function.maxstacksize++;
            }
            jump(old);
            for (LocVars local : function.locvars) {
                local.startpc = newPlaces[local.startpc];
                local.endpc = newPlaces[local.endpc];
            }
        }
    }

    private void addConstant() {
        LuaValue[] constants = Arrays.copyOf(function.k, function.k.length + 1);
        start = function.k.length;
        constants[start] = Joined.START;
        function.k = constants;
    }

    private void concatenate(int instruction, int line, boolean isLong) {
        int first = Lua.GETARG_B(instruction);
        int last = Lua.GETARG_C(instruction);
        int begin = start | CONSTANT;
        if (isLong) {
            begin = function.maxstacksize;
            put(Lua.OP_LOADK | begin << Lua.POS_A | start << Lua.POS_Bx, line);
        }
        put(instruction(Lua.OP_ADD, first, begin, first), line);
        for (int next = first + 1; next <= last; next++) {
            put(instruction(Lua.OP_ADD, first, first, next), line);
        }
        put(instruction(Lua.OP_UNM, Lua.GETARG_A(instruction), first, 0), line);
    }

    private static int instruction(int op, int a, int b, int c) {
        return op | a << Lua.POS_A | b << Lua.POS_B | c << Lua.POS_C;
    }

    private void put(int instruction, int line) {
        if (length == code.length) {
            code = Arrays.copyOf(code, 2 * length);
            lines = Arrays.copyOf(lines, 2 * length);
        }
        code[length] = instruction;
        lines[length++] = line;
    }

    private void jump(int[] old) {
        boolean isData = false;
        for (int pc = 0; pc < old.length; pc++) {
            int op = Lua.GET_OPCODE(old[pc]);
            boolean jumps = op == Lua.OP_JMP || op == Lua.OP_FORLOOP || op == Lua.OP_FORPREP || op == Lua.OP_TFORLOOP;
            if (!isData && jumps) {
                int target = pc + 1 + Lua.GETARG_sBx(old[pc]);
                int from = newPlaces[pc];
                int by = newPlaces[target] - from - 1;
                function.code[from] = op | Lua.GETARG_A(old[pc]) << Lua.POS_A | (by + MIDDLE) << Lua.POS_Bx;
            }
            isData = !isData && (op == Lua.OP_LOADKX || (op == Lua.OP_SETLIST && Lua.GETARG_C(old[pc]) == 0));
        }
    }
}
