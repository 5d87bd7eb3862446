package dev.larder.stack;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import java.util.Collection;

/**
 * Hears the back's bus: first for the fronts of this process, then for what stands before them. Nothing waits here: what a
 * front has yet to be told, reads go around. Immutable.
 */
record FrontListener(Fronts fronts, BusListener listener) implements BusListener {
    @Override
    public void invalidated(Collection<String> keys) {
        fronts.heard(keys);
        listener.invalidated(keys);
    }

    @Override
    public void cleared() {
        fronts.reset();
        listener.cleared();
    }

    @Override
    public void tagChanged(TagChange change) {
        listener.tagChanged(change); // a copy carries its tags and its reading of the back's clock: its readers compare
    }

    @Override
    public void gap() {
        fronts.reset();
        listener.gap();
    }
}
