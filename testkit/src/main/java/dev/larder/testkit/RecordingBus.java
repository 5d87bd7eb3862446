package dev.larder.testkit;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A bus listener that writes down what it hears, in order: {@code key K} for each invalidated key, {@code cleared},
 * {@code removed TAG at N} and {@code stale TAG at N}, {@code gap}. Thread-safe.
 */
public final class RecordingBus implements BusListener {
    private final List<String> messages;

    /** Writes into a list of its own. */
    public RecordingBus() {
        this(new CopyOnWriteArrayList<>());
    }

    /** Writes into {@code messages}, which must be thread-safe. */
    public RecordingBus(List<String> messages) {
        this.messages = messages;
    }

    /** What was heard up to now; clearing it forgets that. */
    public List<String> messages() {
        return messages;
    }

    /** Whether it heard that {@code key} was invalidated. */
    public boolean hasKey(String key) {
        return messages.contains("key " + key);
    }

    /** How a message reads. */
    public static String text(TagChange change) {
        return change.kind().name().toLowerCase(Locale.ROOT) + " " + change.tag() + " at " + change.at();
    }

    @Override
    public void invalidated(Collection<String> keys) {
        keys.forEach(key -> messages.add("key " + key));
    }

    @Override
    public void cleared() {
        messages.add("cleared");
    }

    @Override
    public void tagChanged(TagChange change) {
        messages.add(text(change));
    }

    @Override
    public void gap() {
        messages.add("gap");
    }
}
