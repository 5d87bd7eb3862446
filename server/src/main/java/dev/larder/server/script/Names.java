package dev.larder.server.script;

import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;

/** What the value in a register is called in the script's text, for messages: {@code local 'x'}. Pure. */
final class Names {
    private static final int MOST_STEPS = 32;

    private Names() {}

    /** The name of the value in a register as an instruction begins, or null if it has none. */
    static @Nullable String of(Prototype function, int place, int register) {
        return of(function, place, register, 0);
    }

    private static @Nullable String of(Prototype function, int place, int register, int steps) {
        LuaString local = function.getlocalname(register + 1, place);
        if (local != null) {
            return "local '" + local.tojstring() + "'";
        }
        int setter = setter(function, place, register);
        if (setter < 0 || steps > MOST_STEPS) {
            return null;
        }
        int instruction = function.code[setter];
        int b = Lua.GETARG_B(instruction);
        return switch (Lua.GET_OPCODE(instruction)) {
            case Lua.OP_MOVE -> b < Lua.GETARG_A(instruction) ? of(function, setter, b, steps + 1) : null;
            case Lua.OP_GETTABUP -> constant(function, "global", Lua.GETARG_C(instruction));
            case Lua.OP_GETTABLE -> constant(function, "field", Lua.GETARG_C(instruction));
            case Lua.OP_SELF -> constant(function, "method", Lua.GETARG_C(instruction));
            case Lua.OP_GETUPVAL -> upvalue(function, b);
            default -> null;
        };
    }

    static @Nullable String upvalue(Prototype function, int index) {
        LuaString name = index < function.upvalues.length ? function.upvalues[index].name : null;
        return name == null ? null : "upvalue '" + name.tojstring() + "'";
    }

    private static String constant(Prototype function, String kind, int operand) {
        LuaValue value = Lua.ISK(operand) ? function.k[Lua.INDEXK(operand)] : LuaValue.NIL;
        return kind + " '" + (value.type() == LuaValue.TSTRING ? value.tojstring() : "?") + "'";
    }

    /** The last instruction before a place that set a register and is always passed; -1 for none. */
    private static int setter(Prototype function, int place, int register) {
        int found = -1;
        for (int pc = 0; pc < place; pc++) {
            int instruction = function.code[pc];
            int op = Lua.GET_OPCODE(instruction);
            int a = Lua.GETARG_A(instruction);
            switch (op) {
                case Lua.OP_LOADNIL -> found = a <= register && register <= a + Lua.GETARG_B(instruction) ? pc : found;
                case Lua.OP_TFORCALL -> found = register >= a + 2 ? pc : found;
                case Lua.OP_CALL, Lua.OP_TAILCALL -> found = register >= a ? pc : found;
                case Lua.OP_SELF -> found = register == a || register == a + 1 ? pc : found;
                case Lua.OP_JMP -> {
                    int target = pc + 1 + Lua.GETARG_sBx(instruction);
                    if (pc < target && target <= place) {
                        pc = target - 1;
                    }
                }
                case Lua.OP_SETLIST -> {
                    if (Lua.GETARG_C(instruction) == 0) {
                        pc++;
                    }
                }
                default -> found = Lua.testAMode(op) && register == a ? pc : found;
            }
        }
        return found;
    }
}
