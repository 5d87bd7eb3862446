package dev.larder.server;

import dev.larder.server.config.ConfigText;
import dev.larder.server.config.Directive;
import dev.larder.server.config.Directives;
import dev.larder.server.config.Settings;
import dev.larder.server.config.SettingsException;
import dev.larder.server.config.WrongValueException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server is started with, by the names that Redis has for it. Immutable.
 *
 * <pre>
 *   ServerOptions.standard().with("port", "0").with("maxmemory", "256mb")
 * </pre>
 *
 * A name that is unknown, or stands for something that this server has not and that would be unsafe to pass over, is
 * refused, and so is a value that it cannot have: by a {@link SettingsException}. A name that means something to Redis and
 * nothing here is accepted, with a {@linkplain #warnings() warning}.
 */
public final class ServerOptions {
    private final Map<String, String> values;
    private final List<String> warnings;
    private final String file;

    private ServerOptions(Map<String, String> values, List<String> warnings, String file) {
        this.values = values;
        this.warnings = warnings;
        this.file = file;
    }

    /** The standard settings: port 6379 of this machine, half of its memory, the policy {@code adaptive}. */
    public static ServerOptions standard() {
        return new ServerOptions(Map.of(), List.of(), "");
    }

    /** Of a command line: a file, if the first word does not begin with {@code --}, and directives that go before its own. */
    public static ServerOptions parse(List<String> arguments) {
        boolean hasFile = !arguments.isEmpty() && !arguments.get(0).startsWith("--");
        ServerOptions options = standard();
        if (hasFile) {
            Path path = Path.of(arguments.get(0));
            options =
                    new ServerOptions(Map.of(), List.of(), path.toAbsolutePath().toString());
            options = options.with(ConfigText.file(path));
        }
        return options.with(ConfigText.arguments(arguments.subList(hasFile ? 1 : 0, arguments.size())));
    }

    /** The same with another value of a directive; several words are one value. */
    public ServerOptions with(String directive, String... words) {
        return with(List.of(new ConfigText.Line(directive, List.of(words), "the options")));
    }

    private ServerOptions with(List<ConfigText.Line> lines) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        List<String> warned = new ArrayList<>(warnings);
        for (ConfigText.Line line : lines) {
            Directive directive = Directives.named(line.name());
            if (directive == null) {
                throw new SettingsException("no directive has the name '" + line.name() + "' (" + line.place() + ")");
            }
            switch (directive.use()) {
                case REFUSED ->
                    throw new SettingsException("the directive '" + directive.name() + "' cannot be passed over, and "
                            + lowerFirst(directive.meaning()) + " Remove it to start without (" + line.place() + ")");
                case NONE ->
                    warned.add("'" + directive.name() + "' means nothing here: " + lowerFirst(directive.meaning())
                            + " (" + line.place() + ")");
                case LIVE, START -> {
                    // it means something
                }
            }
            String value = canonical(directive, gathered(lines, line), changed);
            boolean addsUp = directive.name().equals("user");
            changed.merge(directive.name(), value, (old, next) -> addsUp ? old + "\n" + next : next);
        }
        return new ServerOptions(Map.copyOf(changed), List.copyOf(warned), file);
    }

    /** Lines of {@code save} add up, as Redis has it, from the last empty one on. */
    private static ConfigText.Line gathered(List<ConfigText.Line> lines, ConfigText.Line line) {
        List<String> words = new ArrayList<>();
        for (ConfigText.Line each : lines.subList(0, lines.indexOf(line) + 1)) {
            if (!line.name().equalsIgnoreCase("save") || !each.name().equalsIgnoreCase("save")) {
                continue;
            }
            if (each.words().equals(List.of(""))) {
                words.clear();
            } else {
                words.addAll(each.words());
            }
        }
        return words.isEmpty() ? line : new ConfigText.Line(line.name(), words, line.place());
    }

    private static String canonical(Directive directive, ConfigText.Line line, Map<String, String> soFar) {
        try {
            return new Settings(soFar).canonical(directive, line.words());
        } catch (WrongValueException wrong) {
            throw new SettingsException("the directive '" + directive.name() + "' cannot be '"
                    + String.join(" ", line.words()) + "': " + wrong.getMessage() + " (" + line.place() + ")");
        }
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    /** One sentence for each directive that was given and means nothing here. */
    public List<String> warnings() {
        return warnings;
    }

    /** The values that were given, in their one form. */
    Map<String, String> values() {
        return values;
    }

    /** The file they came from; empty for none. */
    String file() {
        return file;
    }
}
