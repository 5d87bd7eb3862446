package dev.larder.server.command;

import dev.larder.server.client.Glob;
import dev.larder.server.config.Directive;
import dev.larder.server.config.Directives;
import dev.larder.server.config.Settings;
import dev.larder.server.config.WrongValueException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code CONFIG}: the settings, read and changed while the server runs. */
final class ConfigCommands {
    private static final String NO_FILE = "ERR The server is running without a config file";
    private static final String STAYS = "ERR Rewriting config file: larder leaves it as it is";
    private static final Set<String> LISTS = Set.of("client-output-buffer-limit", "save", "bind", "expiry-jitter");

    private ConfigCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("config|get", ConfigCommands::get);
        bodies.put("config|set", ConfigCommands::set);
        bodies.put("config|resetstat", call -> {
            call.node().resetCounters();
            call.out().ok();
        });
        bodies.put("config|rewrite", call -> {
            throw new Complaint(call.node().place().file().isEmpty() ? NO_FILE : STAYS);
        });
        bodies.put("config|help", HelpText::reply);
    }

    private static void get(Call call) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 2; i < call.count(); i++) {
            byte[] pattern = call.arguments().copy(i);
            for (Directive directive : Directives.all()) {
                byte[] name = directive.name().getBytes(StandardCharsets.UTF_8);
                boolean isHidden = directive.use() == Directive.Use.REFUSED
                        || directive.name().equals("user");
                if (!isHidden && Glob.matchesIgnoringCase(pattern, name)) {
                    names.add(directive.name());
                }
            }
        }
        call.out().map(names.size());
        for (String name : names) {
            call.out().bulk(name);
            call.out().bulk(call.node().settings().text(name));
        }
    }

    private static void set(Call call) {
        if (call.count() % 2 == 1) {
            throw Dispatcher.wrongCount(call.command());
        }
        Settings settings = call.node().settings();
        Map<String, String> changed = new LinkedHashMap<>();
        for (int i = 2; i < call.count(); i += 2) {
            String word = call.text(i);
            Directive directive = Directives.named(word);
            if (directive == null || directive.use() == Directive.Use.REFUSED) {
                throw new Complaint("ERR Unknown option or number of arguments for CONFIG SET - '" + word + "'");
            }
            if (directive.use() == Directive.Use.START) {
                throw failed(word, "can't set immutable config");
            }
            if (changed.put(directive.name(), canonical(settings, directive, call.text(i + 1))) != null) {
                throw failed(word, "duplicate parameter");
            }
        }
        try {
            settings.change(changed);
        } catch (WrongValueException wrong) {
            throw failed(changed.keySet().iterator().next(), String.valueOf(wrong.getMessage()));
        }
        call.out().ok();
    }

    private static String canonical(Settings settings, Directive directive, String value) {
        boolean isList = LISTS.contains(directive.name()) && !value.isBlank();
        try {
            return settings.canonical(directive, isList ? List.of(value.strip().split(" +")) : List.of(value));
        } catch (WrongValueException wrong) {
            throw failed(directive.name(), String.valueOf(wrong.getMessage()));
        }
    }

    private static Complaint failed(String name, String why) {
        return new Complaint("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + why);
    }
}
