package dev.larder.server.script;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/**
 * Values being concatenated: what the instructions of {@link Concatenation} work with. Adding takes one value more, and
 * negating gives the result. Never seen by a script. Confined to one thread, but for {@link #START}, which never changes.
 */
final class Joined extends LuaValue {
    /** Begins each concatenation. */
    static final LuaValue START = new Joined(false);

    private final boolean isOpen;
    private final List<LuaValue> parts;
    private int wrongIndex = -1;

    private Joined(boolean isOpen) {
        this.isOpen = isOpen;
        this.parts = isOpen ? new ArrayList<>(4) : List.of();
    }

    @Override
    public LuaValue add(LuaValue next) {
        Joined all = isOpen ? this : new Joined(true);
        all.parts.add(next);
        return all;
    }

    @Override
    public LuaValue neg() {
        long bytes = 0;
        for (int i = 0; i < parts.size(); i++) {
            LuaValue part = parts.get(i);
            if (part.type() == TNUMBER) {
                part = Values.text(part);
                parts.set(i, part);
            } else if (part.type() != TSTRING) {
                return pairwise();
            }
            bytes += ((LuaString) part).m_length;
        }
        return joined(0, parts.size(), bytes);
    }

    private LuaString joined(int from, int to, long bytes) {
        Values.checkLength(bytes);
        byte[] all = new byte[(int) bytes];
        int at = 0;
        for (int i = from; i < to; i++) {
            LuaString part = (LuaString) parts.get(i);
            System.arraycopy(part.m_bytes, part.m_offset, all, at, part.m_length);
            at += part.m_length;
        }
        return LuaString.valueUsing(all, 0, all.length);
    }

    /** From the right to the left, since one of the values may have a concatenation of its own. */
    private LuaValue pairwise() {
        LuaValue right = parts.get(parts.size() - 1);
        for (int i = parts.size() - 2; i >= 0; i--) {
            LuaValue left = parts.get(i);
            boolean isPlain = (left.type() == TSTRING || left.type() == TNUMBER)
                    && (right.type() == TSTRING || right.type() == TNUMBER);
            if (isPlain) {
                Joined pair = new Joined(true);
                pair.parts.add(Values.text(left));
                pair.parts.add(Values.text(right));
                right = pair.neg();
                continue;
            }
            LuaValue own = left.metatag(CONCAT);
            if (own.isnil()) {
                own = right.metatag(CONCAT);
            }
            if (own.isnil()) {
                boolean isRight = left.type() == TSTRING || left.type() == TNUMBER;
                wrongIndex = isRight ? i + 1 : i;
                throw new LuaError("attempt to concatenate a " + (isRight ? right : left).typename() + " value");
            }
            right = own.call(left, right);
        }
        return right;
    }

    /** How many values there are. */
    int count() {
        return parts.size();
    }

    /** The value that cannot be concatenated, or null. */
    @Nullable LuaValue wrong() {
        return wrongIndex < 0 ? null : parts.get(wrongIndex);
    }

    int wrongIndex() {
        return wrongIndex;
    }

    @Override
    public int type() {
        return TNIL;
    }

    @Override
    public String typename() {
        return "nil";
    }
}
