package dev.larder.server.command;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The flags of commands and the categories of ACLs that follow from them, in Redis's order. Pure. */
final class Categories {
    static final List<String> FLAGS = List.of(
            "write",
            "readonly",
            "denyoom",
            "module",
            "admin",
            "pubsub",
            "noscript",
            "blocking",
            "loading",
            "stale",
            "skip_monitor",
            "skip_slowlog",
            "asking",
            "fast",
            "no_auth",
            "may_replicate",
            "no_mandatory_keys",
            "no_async_loading",
            "no_multi",
            "movablekeys",
            "allow_busy");

    static final List<String> ALL = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting");

    private Categories() {}

    /** With those that flags imply. */
    static Set<String> of(Set<String> flags, Set<String> named) {
        Set<String> found = new LinkedHashSet<>(named);
        if (flags.contains("write")) {
            found.add("write");
        }
        if (flags.contains("readonly") && !named.contains("scripting")) {
            found.add("read");
        }
        if (flags.contains("admin")) {
            found.addAll(List.of("admin", "dangerous"));
        }
        if (flags.contains("pubsub")) {
            found.add("pubsub");
        }
        if (flags.contains("blocking")) {
            found.add("blocking");
        }
        found.add(flags.contains("fast") ? "fast" : "slow");
        Set<String> ordered = new LinkedHashSet<>(ALL);
        ordered.retainAll(found);
        return ordered;
    }
}
