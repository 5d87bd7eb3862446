package dev.larder.server.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A counter that one thread raises and all may read. Opaque writes suffice: one writer loses nothing, and readers need no
 * more than some recent value.
 */
public final class Tally {
    private static final VarHandle VALUE = handle();

    private long value;

    private static VarHandle handle() {
        try {
            return MethodHandles.lookup().findVarHandle(Tally.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Raises it; for the one thread. */
    public void add(long count) {
        VALUE.setOpaque(this, value + count);
    }

    /** How much it was raised. */
    public long sum() {
        return (long) VALUE.getOpaque(this);
    }
}
