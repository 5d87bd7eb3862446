package dev.larder.stack;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import java.util.Collection;

/** Hears a front's own bus, on which nobody speaks: only that the front may have come back as another one. Immutable. */
record GapListener(Fronts fronts) implements BusListener {
    @Override
    public void invalidated(Collection<String> keys) {
        fronts.reset();
    }

    @Override
    public void cleared() {
        fronts.reset();
    }

    @Override
    public void tagChanged(TagChange change) {
        fronts.reset();
    }

    @Override
    public void gap() {
        fronts.reset();
    }
}
