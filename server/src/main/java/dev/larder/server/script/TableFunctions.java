package dev.larder.server.script;

import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code table}, as Lua 5.1 has it. */
final class TableFunctions {
    private final Watch watch;

    private TableFunctions(Watch watch) {
        this.watch = watch;
    }

    static Library of(Watch watch) {
        TableFunctions own = new TableFunctions(watch);
        return new Library()
                .with("concat", TableFunctions::concat)
                .with("foreach", TableFunctions::foreach)
                .with("foreachi", TableFunctions::foreachi)
                .with(
                        "getn",
                        given -> LuaValue.valueOf(Values.table("getn", given, 1).length()))
                .with("insert", TableFunctions::insert)
                .with("maxn", TableFunctions::maxn)
                .with("remove", TableFunctions::remove)
                .with("setn", given -> {
                    throw new LuaError("'setn' is obsolete");
                })
                .with("sort", own::sort)
                .freeze();
    }

    private static Varargs concat(Varargs given) {
        LuaTable table = Values.table("concat", given, 1);
        LuaValue between = given.isnil(2) ? LuaValue.valueOf("") : Values.string("concat", given, 2);
        int from = (int) Values.number("concat", given, 3, 1);
        int to = given.isnil(4) ? table.length() : (int) Values.number("concat", given, 4);
        boolean isPlain = between.length() == 0;
        LuaValue all = Joined.START;
        for (long i = from; i <= to; i++) {
            LuaValue each = table.get((int) i);
            if (each.type() != LuaValue.TSTRING && each.type() != LuaValue.TNUMBER) {
                throw new LuaError("invalid value (" + each.typename() + ") at index " + i + " in table for 'concat'");
            }
            all = all.add(each);
            if (!isPlain && i < to) {
                all = all.add(between);
            }
        }
        return from > to ? LuaValue.valueOf("") : all.neg();
    }

    private static Varargs foreach(Varargs given) {
        LuaTable table = Values.table("foreach", given, 1);
        LuaValue action = Values.function("foreach", given, 2);
        for (Varargs next = table.next(LuaValue.NIL); !next.isnil(1); next = table.next(next.arg1())) {
            LuaValue result = action.call(next.arg1(), next.arg(2));
            if (!result.isnil()) {
                return result;
            }
        }
        return LuaValue.NONE;
    }

    private static Varargs foreachi(Varargs given) {
        LuaTable table = Values.table("foreachi", given, 1);
        LuaValue action = Values.function("foreachi", given, 2);
        int count = table.length();
        for (int i = 1; i <= count; i++) {
            LuaValue result = action.call(LuaValue.valueOf(i), table.get(i));
            if (!result.isnil()) {
                return result;
            }
        }
        return LuaValue.NONE;
    }

    private static Varargs insert(Varargs given) {
        LuaTable table = Values.table("insert", given, 1);
        int end = table.length() + 1;
        switch (given.narg()) {
            case 2 -> table.rawset(end, given.arg(2));
            case 3 -> {
                int at = (int) Values.number("insert", given, 2);
                for (int i = Math.max(end, at); i > at; i--) {
                    table.rawset(i, table.rawget(i - 1));
                }
                table.rawset(at, given.arg(3));
            }
            default -> throw new LuaError("wrong number of arguments to 'insert'");
        }
        return LuaValue.NONE;
    }

    private static Varargs remove(Varargs given) {
        LuaTable table = Values.table("remove", given, 1);
        int end = table.length();
        int at = (int) Values.number("remove", given, 2, end);
        if (at < 1 || at > end) {
            return LuaValue.NONE;
        }
        LuaValue removed = table.rawget(at);
        for (int i = at; i < end; i++) {
            table.rawset(i, table.rawget(i + 1));
        }
        table.rawset(end, LuaValue.NIL);
        return removed;
    }

    private static Varargs maxn(Varargs given) {
        LuaTable table = Values.table("maxn", given, 1);
        double most = 0;
        for (Varargs next = table.next(LuaValue.NIL); !next.isnil(1); next = table.next(next.arg1())) {
            if (next.arg1().type() == LuaValue.TNUMBER) {
                most = Math.max(most, next.arg1().todouble());
            }
        }
        return LuaValue.valueOf(most);
    }

    /** By merging, which ends whatever the script's order says. */
    private Varargs sort(Varargs given) {
        LuaTable table = Values.table("sort", given, 1);
        LuaValue order = given.isnil(2) ? LuaValue.NIL : Values.function("sort", given, 2);
        if (table instanceof Library library && library.isFrozen()) {
            throw new LuaError("Attempt to modify a readonly table");
        }
        List<LuaValue> values = new ArrayList<>();
        int count = table.length();
        for (int i = 1; i <= count; i++) {
            values.add(table.rawget(i));
        }
        LuaValue[] sorted = values.toArray(LuaValue[]::new);
        watch.enter();
        try {
            merge(sorted, sorted.clone(), 0, count, order);
        } finally {
            watch.leave();
        }
        for (int i = 0; i < count; i++) {
            table.rawset(i + 1, sorted[i]);
        }
        return LuaValue.NONE;
    }

    private static void merge(LuaValue[] into, LuaValue[] from, int begin, int end, LuaValue order) {
        if (end - begin < 2) {
            return;
        }
        int middle = (begin + end) >>> 1;
        merge(from, into, begin, middle, order);
        merge(from, into, middle, end, order);
        int left = begin;
        int right = middle;
        for (int i = begin; i < end; i++) {
            boolean takesRight = left == middle || (right < end && isBefore(from[right], from[left], order));
            into[i] = takesRight ? from[right++] : from[left++];
        }
    }

    private static boolean isBefore(LuaValue one, LuaValue other, LuaValue order) {
        if (!order.isnil()) {
            return order.call(one, other).toboolean();
        }
        boolean isPlain =
                one.type() == other.type() && (one.type() == LuaValue.TNUMBER || one.type() == LuaValue.TSTRING);
        if (!isPlain && one.metatag(LuaValue.LT).isnil()) {
            throw new ScriptError("attempt to compare "
                    + (one.type() == other.type()
                            ? "two " + one.typename() + " values"
                            : one.typename() + " with " + other.typename()));
        }
        return one.lt_b(other);
    }
}
