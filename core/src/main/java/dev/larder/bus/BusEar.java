package dev.larder.bus;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;

/**
 * Hands what a bus says to the listener of one cache, and knows whether that failed to take something: then it may have
 * kept what it was told to drop, and nothing is proven until it has taken a {@link #gap}. Confined to the bus's thread.
 */
public final class BusEar implements BusListener {
    private static final Logger LOG = System.getLogger(BusEar.class.getName());

    private final String cache;
    private final BusListener listener;
    private boolean wronged;

    public BusEar(String cache, BusListener listener) {
        this.cache = cache;
        this.listener = listener;
    }

    /** Whether the listener failed to take a message, so that it must be told of a gap. */
    public boolean isWronged() {
        return wronged;
    }

    @Override
    public void invalidated(Collection<String> keys) {
        tell(() -> listener.invalidated(keys));
    }

    @Override
    public void cleared() {
        tell(listener::cleared);
    }

    @Override
    public void tagChanged(TagChange change) {
        tell(() -> listener.tagChanged(change));
    }

    /** Messages may have been lost. Where the listener takes that, it is trusted again. */
    @Override
    public void gap() {
        wronged = false;
        tell(listener::gap);
    }

    private void tell(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException e) {
            wronged = true;
            LOG.log(
                    Level.WARNING,
                    "a listener of the bus failed, its near tier is not trusted (cache " + cache + ")",
                    e);
        }
    }
}
