package dev.larder.server.command;

import dev.larder.protocol.bytes.WordTable;
import dev.larder.protocol.resp.Arguments;
import dev.larder.server.config.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All commands: what {@code commands.table} says of each, and what the families do. From it come the look-up, arity and
 * its errors, {@code COMMAND}, the keys that {@code EXEC} locks, and docs/reference/commands.md. Immutable.
 */
public final class CommandTable {
    private final Map<String, Command> byName = new LinkedHashMap<>();
    private final WordTable<Command> lookup;
    private final List<Command> numbered = new ArrayList<>();

    CommandTable() {
        Map<String, Command.Body> bodies = bodies();
        Set<String> unused = new HashSet<>(bodies.keySet());
        for (List<String> row : Table.rows(CommandTable.class, "commands.table")) {
            String name = row.get(0);
            Command command = new Command(row, bodies.get(name));
            unused.remove(name);
            int bar = name.indexOf('|');
            if (bar < 0) {
                byName.put(name, command);
            } else {
                Command container = byName.get(name.substring(0, bar));
                if (container == null || command.body() == null) {
                    throw new IllegalStateException("the table has a subcommand without a container or body: " + name);
                }
                container.add(command);
            }
        }
        byName.values().stream()
                .filter(each -> each.body() == null && !each.isContainer())
                .findFirst()
                .ifPresent(each -> {
                    throw new IllegalStateException("the table has a command that nobody runs: " + each.name());
                });
        if (!unused.isEmpty()) {
            throw new IllegalStateException("commands without a line in the table: " + unused);
        }
        lookup = WordTable.ignoringCase(byName);
        for (Command command : byName.values()) {
            command.number(numbered.size());
            numbered.add(command);
            for (Command sub : command.subcommands().values()) {
                sub.number(numbered.size());
                numbered.add(sub);
            }
        }
    }

    private static Map<String, Command.Body> bodies() {
        Map<String, Command.Body> bodies = new HashMap<>();
        StringCommands.addTo(bodies);
        NumberCommands.addTo(bodies);
        BitCommands.addTo(bodies);
        BitfieldCommands.addTo(bodies);
        KeyCommands.addTo(bodies);
        ExpiryCommands.addTo(bodies);
        ScanCommands.addTo(bodies);
        HashCommands.addTo(bodies);
        HashExpiryCommands.addTo(bodies);
        HashWalkCommands.addTo(bodies);
        ListCommands.addTo(bodies);
        ListSearch.addTo(bodies);
        SortCommand.addTo(bodies);
        HyperLogLogCommands.addTo(bodies);
        GeoCommands.addTo(bodies);
        GeoSearch.addTo(bodies);
        BlockingCommands.addTo(bodies);
        SetCommands.addTo(bodies);
        SetAlgebra.addTo(bodies);
        SortedSetCommands.addTo(bodies);
        SortedSetRanges.addTo(bodies);
        SortedSetPops.addTo(bodies);
        SortedSetAlgebra.addTo(bodies);
        StreamCommands.addTo(bodies);
        StreamReads.addTo(bodies);
        StreamWaits.addTo(bodies);
        TransactionCommands.addTo(bodies);
        ScriptCommands.addTo(bodies);
        PubsubCommands.addTo(bodies);
        ConnectionCommands.addTo(bodies);
        ClientCommands.addTo(bodies);
        TrackingCommands.addTo(bodies);
        ConfigCommands.addTo(bodies);
        ServerCommands.addTo(bodies);
        SnapshotCommands.addTo(bodies);
        DumpCommands.addTo(bodies);
        WatchCommands.addTo(bodies);
        LatencyCommands.addTo(bodies);
        InfoCommand.addTo(bodies);
        CommandCommands.addTo(bodies);
        LarderCommands.addTo(bodies);
        AdviceCommand.addTo(bodies);
        AclCommands.addTo(bodies);
        return bodies;
    }

    /** The command that the first words name, down to the subcommand where there is one; null where there is none. */
    @Nullable Command find(Arguments arguments) {
        Command command = lookup.find(arguments.array(0), arguments.offset(0), arguments.length(0));
        if (command == null || !command.isContainer() || arguments.count() < 2) {
            return command;
        }
        Command sub = command.subcommand(arguments.array(1), arguments.offset(1), arguments.length(1));
        return sub == null ? command : sub;
    }

    /** The command or subcommand ({@code client|list}) of a name in lower case, or null. */
    @Nullable Command named(String name) {
        int bar = name.indexOf('|');
        if (bar < 0) {
            return byName.get(name);
        }
        Command container = byName.get(name.substring(0, bar));
        return container == null ? null : container.subcommands().get(name.substring(bar + 1));
    }

    /** All commands and subcommands, by their numbers. */
    List<Command> numbered() {
        return numbered;
    }

    /** All commands, those of a family beside each other. */
    Collection<Command> all() {
        return byName.values();
    }
}
