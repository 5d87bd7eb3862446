package dev.larder.bus;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is known before its target: what comes earlier is dropped, since there is nothing yet that could be
 * untrue. Thread-safe.
 */
public final class BusRelay implements BusListener {
    private volatile @Nullable BusListener target;

    /** From now on everything goes to {@code listener}. */
    public void connect(BusListener listener) {
        target = listener;
    }

    @Override
    public void invalidated(Collection<String> keys) {
        BusListener listener = target;
        if (listener != null) {
            listener.invalidated(keys);
        }
    }

    @Override
    public void cleared() {
        BusListener listener = target;
        if (listener != null) {
            listener.cleared();
        }
    }

    @Override
    public void tagChanged(TagChange change) {
        BusListener listener = target;
        if (listener != null) {
            listener.tagChanged(change);
        }
    }

    @Override
    public void gap() {
        BusListener listener = target;
        if (listener != null) {
            listener.gap();
        }
    }
}
