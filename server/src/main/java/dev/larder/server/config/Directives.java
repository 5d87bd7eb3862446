package dev.larder.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All directives there are, by name: what {@code directives.table} says. Immutable. */
public final class Directives {
    private static final Map<String, Directive> ALL = read();

    private Directives() {}

    /** The directive of a name in any case, or null. */
    public static @Nullable Directive named(String name) {
        return ALL.get(name.toLowerCase(Locale.ROOT));
    }

    /** All of them, in the order of the table. */
    public static Iterable<Directive> all() {
        return ALL.values();
    }

    private static Map<String, Directive> read() {
        Map<String, Directive> all = new LinkedHashMap<>();
        for (List<String> row : Table.rows(Directives.class, "directives.table")) {
            Directive directive = new Directive(
                    row.get(0),
                    Kind.of(row.get(1)),
                    row.get(2),
                    Directive.Use.valueOf(row.get(3).toUpperCase(Locale.ROOT)),
                    row.get(4));
            all.put(directive.name(), directive);
        }
        return all;
    }
}
