package dev.larder.server.acl;

import java.util.BitSet;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The commands that rules speak of, by numbers from 0 on. Immutable. */
public interface Catalogue {
    /** How many commands and subcommands there are. */
    int size();

    /** The number of a command or subcommand ({@code client|list}) in lower case; -1 if there is none. */
    int number(String name);

    /** A command with its subcommands, or a subcommand alone. */
    BitSet family(int number);

    /** The commands of a category; null if there is none of that name. */
    @Nullable BitSet category(String name);

    /** The names of all categories. */
    Collection<String> categories();
}
