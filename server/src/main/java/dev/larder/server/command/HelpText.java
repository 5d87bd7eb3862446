package dev.larder.server.command;

import java.util.Locale;

/** What {@code HELP} of a container answers: its subcommands, as the table has them. */
final class HelpText {
    private HelpText() {}

    static void reply(Call call) {
        String name = call.command().name();
        Command container = call.node().table().named(name.substring(0, name.indexOf('|')));
        if (container == null) {
            throw new IllegalStateException("a subcommand without a container: " + name);
        }
        call.out().array(1 + 2 * container.subcommands().size());
        call.out().simple(container.title() + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        container.subcommands().forEach((word, sub) -> {
            call.out().simple(word.toUpperCase(Locale.ROOT));
            call.out().simple("    " + sub.summary());
        });
    }
}
