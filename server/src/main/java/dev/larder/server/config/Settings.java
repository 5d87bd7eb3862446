package dev.larder.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The values of all directives, as they are now. Thread-safe: read at any time; changes are made one after another, and
 * who {@linkplain #onChange asked} hears of each under this object's monitor.
 */
public final class Settings {
    /** What is looked up often, worked out once for each change. */
    public record Live(
            int maxClients, int timeoutSeconds, boolean keepsAlive, OutputLimits outputs, int hertz, Jitter jitter) {}

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new ArrayList<>();
    private final List<Consumer<Map<String, String>>> checks = new ArrayList<>();
    private volatile Live live;

    /** The standard values but for those given, which are canonical. */
    public Settings(Map<String, String> given) {
        for (Directive directive : Directives.all()) {
            if (directive.use() != Directive.Use.REFUSED) {
                String standard = directive.standard();
                boolean hasForm = !standard.isEmpty() && !standard.equals("*");
                values.put(directive.name(), hasForm ? directive.canonical(List.of(standard.split(" "))) : standard);
            }
        }
        values.putAll(given);
        live = worked();
    }

    /** What is looked up often. */
    public Live live() {
        return live;
    }

    /** A value as text. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no directive has the name " + name);
        }
        return value;
    }

    /** A value as a number. */
    public long number(String name) {
        return Long.parseLong(text(name));
    }

    /** Whether a value is {@code yes}. */
    public boolean is(String name) {
        return text(name).equals("yes");
    }

    /** Has {@code listener} hear of the names of directives that changed. */
    public synchronized void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** Has {@code check} look at values before they are taken; it throws {@link WrongValueException} to refuse them. */
    public synchronized void onCheck(Consumer<Map<String, String>> check) {
        checks.add(check);
    }

    /**
     * Changes values, which are canonical, all of them before anybody hears of it.
     *
     * @throws WrongValueException if they cannot be used; none has changed then
     */
    public synchronized void change(Map<String, String> changed) {
        checks.forEach(check -> check.accept(changed));
        values.putAll(changed);
        live = worked();
        for (String name : changed.keySet()) {
            listeners.forEach(listener -> listener.accept(name));
        }
    }

    /** The one form of a value of a directive; limits of classes that are not named stay as they are. */
    public String canonical(Directive directive, List<String> words) {
        if (directive.name().equals("client-output-buffer-limit")) {
            return live.outputs.with(words).toString();
        }
        return directive.canonical(words);
    }

    private Live worked() {
        return new Live(
                (int) number("maxclients"),
                (int) number("timeout"),
                number("tcp-keepalive") > 0,
                OutputLimits.parse(List.of(text("client-output-buffer-limit").split(" "))),
                (int) number("hz"),
                Jitter.parse(List.of(text("expiry-jitter").split(" "))));
    }
}
