package dev.larder.storefront.web;

import dev.larder.storefront.shop.RebuildState;
import dev.larder.storefront.status.Surroundings;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Renders pages: templates are read and compiled once, at the start; what they show is escaped. Thread-safe.
 */
final class Pages {
    private static final List<String> NAMES =
            List.of("home", "category", "product", "search", "top", "status", "message");
    private static final int PAGE_CHARS = 32_768;

    private final Map<String, PebbleTemplate> templates = new HashMap<>();
    private final Assets assets;
    private final Surroundings surroundings;

    Pages(Assets assets, Surroundings surroundings) {
        this.assets = assets;
        this.surroundings = surroundings;
        ClasspathLoader loader = new ClasspathLoader(Pages.class.getClassLoader());
        loader.setPrefix("dev/larder/storefront/web/templates");
        loader.setSuffix(".peb");
        PebbleEngine engine = new PebbleEngine.Builder()
                .loader(loader)
                .strictVariables(true)
                .defaultLocale(Locale.ENGLISH)
                .newLineTrimming(true)
                .build();
        NAMES.forEach(name -> templates.put(name, engine.getTemplate(name)));
    }

    /** The page {@code name} with {@code model}; {@code panel} is asked for its figures at the very end. */
    String render(String name, Panel panel, Map<String, Object> model) {
        PebbleTemplate template = templates.get(name);
        if (template == null) {
            throw new IllegalArgumentException("there is no template '" + name + "'");
        }
        Map<String, Object> all = new HashMap<>(model);
        all.put("panel", panel);
        all.put("here", surroundings);
        all.put("assets", assets);
        all.putIfAbsent("words", "");
        all.putIfAbsent("path", "/");
        StringWriter page = new StringWriter(PAGE_CHARS);
        try {
            template.evaluate(page, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.toString();
    }

    /** How far a rebuild is, in words. */
    static String words(RebuildState state) {
        return switch (state.phase()) {
            case NEVER -> "not yet";
            case RUNNING -> Views.count(state.rows()) + " of " + Views.count(state.total()) + " rows";
            case DONE -> Views.count(state.rows()) + " rows in " + Views.count(state.millis()) + " ms";
            case FAILED -> "failed: " + state.message();
        };
    }
}
