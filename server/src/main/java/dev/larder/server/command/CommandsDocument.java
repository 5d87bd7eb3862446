package dev.larder.server.command;

import java.util.LinkedHashMap;
import java.util.Map;

/** The table of commands as a document, docs/reference/commands.md: a test compares them. Pure. */
public final class CommandsDocument {
    private static final Map<String, String> TITLES = new LinkedHashMap<>();

    static {
        TITLES.put("string", "Strings");
        TITLES.put("bitmap", "Bits of strings");
        TITLES.put("hash", "Hashes");
        TITLES.put("list", "Lists");
        TITLES.put("set", "Sets");
        TITLES.put("sorted-set", "Sorted sets");
        TITLES.put("stream", "Streams");
        TITLES.put("geo", "Places on the earth");
        TITLES.put("hyperloglog", "Rough counts");
        TITLES.put("generic", "Keys");
        TITLES.put("transactions", "Transactions");
        TITLES.put("scripting", "Scripts");
        TITLES.put("pubsub", "Channels");
        TITLES.put("connection", "Connections");
        TITLES.put("larder", "Beyond Redis");
        TITLES.put("server", "Server");
        TITLES.put("cluster", "Cluster");
    }

    private CommandsDocument() {}

    /** The document. */
    public static String text() {
        StringBuilder text = new StringBuilder("""
                # Commands of `larder server`

                Made from the server's table of commands; a test keeps it current. Replies and errors are those of Redis %s, in RESP2 and RESP3, but for what a note says. A command that is not here is answered by `ERR unknown command`: consumer groups of streams, functions, modules, replication and cluster commands are left out. [How to use the server](../guide/server.md).
                """.formatted(Node.REDIS_VERSION));
        CommandTable table = new CommandTable();
        TITLES.forEach((group, title) -> {
            text.append("\n## ")
                    .append(title)
                    .append("\n\n| command | since Redis | does | differs |\n|---|---|---|---|\n");
            for (Command command : table.all()) {
                if (command.group().equals(group)) {
                    row(text, command);
                    command.subcommands().values().forEach(sub -> row(text, sub));
                }
            }
        });
        return text.toString();
    }

    private static void row(StringBuilder text, Command command) {
        if (command.body() == null || command.name().endsWith("|help")) {
            return;
        }
        text.append("| `")
                .append(command.title())
                .append("` | ")
                .append(command.since())
                .append(" | ")
                .append(command.summary())
                .append(" | ")
                .append(command.note())
                .append(command.note().isEmpty() ? "|\n" : " |\n");
    }
}
