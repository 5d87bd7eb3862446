package dev.larder.benchmarks.soak;

import dev.larder.benchmarks.process.ProcessUse;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.process.ServerProcess;
import java.io.IOException;
import java.util.Map;

/**
 * What is seen of a server at one moment.
 *
 * @param seconds since the first request
 * @param resident bytes of memory that the system has given it
 * @param used bytes of keys, values and tables, by its own account
 * @param fragmentation its own account of it, 1 for none
 * @param keys of all databases that are in use
 * @param evicted keys that left for want of room, since its start
 * @param expired keys whose time was over, since its start
 * @param processed requests of Redis's protocol, since its start
 * @param threads of the process
 * @param files that it has open, sockets too
 */
public record Reading(
        double seconds,
        double resident,
        long used,
        double fragmentation,
        long keys,
        long evicted,
        long expired,
        long processed,
        int threads,
        int files) {

    static Reading of(ServerProcess server, double seconds) throws IOException {
        int port = server.port();
        Map<String, String> memory = RedisServer.info(port, "memory");
        Map<String, String> stats = RedisServer.info(port, "stats");
        ProcessUse use = server.use();
        return new Reading(
                seconds,
                use.residentBytes(),
                number(memory, "used_memory"),
                Double.parseDouble(text(memory, "mem_fragmentation_ratio")),
                keys(RedisServer.info(port, "keyspace")),
                number(stats, "evicted_keys"),
                number(stats, "expired_keys"),
                number(stats, "total_commands_processed"),
                server.threads(),
                server.openFiles());
    }

    private static String text(Map<String, String> fields, String name) throws IOException {
        String text = fields.get(name);
        if (text == null) {
            throw new IOException("INFO must have the field '" + name + "' but had not");
        }
        return text;
    }

    private static long number(Map<String, String> fields, String name) throws IOException {
        return Long.parseLong(text(fields, name));
    }

    private static long keys(Map<String, String> databases) {
        return databases.values().stream()
                .mapToLong(each -> Long.parseLong(each.replaceFirst("keys=(\\d+),.*", "$1")))
                .sum();
    }
}
