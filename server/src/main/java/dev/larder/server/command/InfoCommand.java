package dev.larder.server.command;

import dev.larder.server.client.Client;
import dev.larder.server.snapshot.Keeper;
import dev.larder.server.store.MemoryReport;
import dev.larder.server.watch.CommandStats;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** {@code INFO}: the server described for people and for monitoring, with the names that Redis has for things. */
final class InfoCommand {
    private static final String[] STANDARD = {
        "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "errorstats", "cluster", "keyspace"
    };
    /** Those that only who asks for them, or for all, gets. */
    private static final String[] MORE = {"commandstats", "latencystats", "advice"};

    private static final Set<String> EVERYTHING = Set.of("all", "everything", "default");
    private static final int SECONDS_A_DAY = 86_400;
    private static final double NANOS = 1e9;

    private final Call call;
    private final Node node;
    private final StringBuilder text = new StringBuilder();

    private InfoCommand(Call call) {
        this.call = call;
        this.node = call.node();
    }

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("info", InfoCommand::run);
    }

    private static void run(Call call) {
        Set<String> wanted = new TreeSet<>();
        for (int i = 1; i < call.count(); i++) {
            wanted.add(call.text(i).toLowerCase(Locale.ROOT));
        }
        boolean isAll = wanted.isEmpty() || wanted.stream().anyMatch(EVERYTHING::contains);
        InfoCommand info = new InfoCommand(call);
        for (String section : STANDARD) {
            if (isAll || wanted.contains(section)) {
                info.section(section);
            }
        }
        boolean isMore = wanted.contains("all") || wanted.contains("everything");
        for (String section : MORE) {
            if (isMore || wanted.contains(section)) {
                info.section(section);
            }
        }
        call.out().verbatim("txt", info.text.toString());
    }

    private void section(String name) {
        if (!text.isEmpty()) {
            text.append("\r\n");
        }
        text.append("# ").append(name.equals("cpu") ? "CPU" : title(name)).append("\r\n");
        switch (name) {
            case "server" -> server();
            case "clients" -> clients();
            case "memory" -> memory();
            case "persistence" -> persistence();
            case "stats" -> stats();
            case "replication" -> replication();
            case "cpu" -> cpu();
            case "cluster" -> add("cluster_enabled", 0);
            case "keyspace" -> keyspace();
            case "commandstats" -> eachCommand(this::counted);
            case "latencystats" -> eachCommand(this::timed);
            case "advice" -> AdviceCommand.lines(node).forEach(this::add);
            default -> {
                // errorstats has no lines until something is counted by kind
            }
        }
    }

    private static String title(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private void add(String name, Object value) {
        text.append(name).append(':').append(value).append("\r\n");
    }

    private void server() {
        long seconds = Math.max(0, (call.now() - node.startedMillis()) / Expiry.SECOND);
        String version = InfoCommand.class.getPackage().getImplementationVersion();
        add("redis_version", node.settings().text("redis-version"));
        add("larder_version", version == null ? "unknown" : version);
        add("redis_mode", "standalone");
        add(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        add("arch_bits", 64);
        add("multiplexing_api", node.place().transport());
        add("jvm_version", Runtime.version());
        add("process_id", ProcessHandle.current().pid());
        add("run_id", node.runId());
        add("tcp_port", node.place().port());
        add("server_time_usec", call.now() * 1_000);
        add("uptime_in_seconds", seconds);
        add("uptime_in_days", seconds / SECONDS_A_DAY);
        add("hz", node.settings().live().hertz());
        add("config_file", node.place().file());
        add("io_threads_active", node.settings().number("io-threads") > 1 ? 1 : 0);
    }

    private void clients() {
        int listening = 0;
        for (Client client : node.clients().all()) {
            listening += client.isListening() ? 1 : 0;
        }
        add("connected_clients", node.clients().count());
        add("cluster_connections", 0);
        add("maxclients", node.settings().live().maxClients());
        add("blocked_clients", node.waiters().count());
        add("tracking_clients", node.notices().invalidations().clients());
        add("pubsub_clients", listening);
    }

    private void memory() {
        MemoryReport report = node.store().memory();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        add("used_memory", report.allocated());
        add("used_memory_human", human(report.allocated()));
        add("used_memory_dataset", report.dataset());
        add("used_memory_overhead", report.overhead());
        add("used_memory_tables", report.tables());
        add("used_memory_policies", report.heap());
        add("mem_holes", report.holes());
        add("mem_free_pages", report.freePages());
        add("mem_fragmentation_ratio", String.format(Locale.ROOT, "%.2f", report.fragmentation()));
        add("jvm_heap_used", heap.getUsed());
        add("jvm_heap_committed", heap.getCommitted());
        add("maxmemory", node.settings().text("maxmemory"));
        add("maxmemory_human", human(node.settings().number("maxmemory")));
        add("maxmemory_policy", node.settings().text("maxmemory-policy"));
        add("mem_allocator", "larder");
        add("lazyfree_pending_objects", 0);
    }

    private static String human(long bytes) {
        String[] units = {"B", "K", "M", "G", "T"};
        double value = bytes;
        int unit = 0;
        while (value >= 1_024 && unit < units.length - 1) {
            value /= 1_024;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.2f%s", value, units[unit]);
    }

    private void persistence() {
        Keeper.State state = node.keeper().state();
        long now = call.now();
        add("loading", 0); // entries come in while it serves
        add("async_loading", state.isLoading() ? 1 : 0);
        add("rdb_changes_since_last_save", state.changes());
        add("rdb_bgsave_in_progress", state.isSaving() ? 1 : 0);
        add("rdb_last_save_time", state.lastSaveMillis() / Expiry.SECOND);
        add("rdb_last_bgsave_status", state.isSaved() ? "ok" : "err");
        add("rdb_last_bgsave_time_sec", state.lastSaveSeconds());
        add(
                "rdb_current_bgsave_time_sec",
                state.isSaving() ? Math.max(0, (now - state.startedMillis()) / Expiry.SECOND) : -1);
        add("rdb_saves", state.saves());
        add("rdb_last_load_keys_expired", state.loaded().expired());
        add("rdb_last_load_keys_loaded", state.loaded().loaded());
        add("load_keys_superseded", state.loaded().superseded());
        add("load_keys_without_room", state.loaded().noRoom());
        add("load_damaged_blocks", state.loaded().damagedBlocks());
        add("aof_enabled", 0);
        if (state.isLoading()) {
            add("loading_total_bytes", state.bytesToLoad());
            add("loading_loaded_bytes", state.bytesLoaded());
            long percent = state.bytesLoaded() * 100 / Math.max(1, state.bytesToLoad());
            add("loading_loaded_perc", percent + ".00");
        }
    }

    private void stats() {
        Counters counters = node.counters();
        add("total_connections_received", node.clients().received());
        add("total_commands_processed", counters.commands);
        add("total_net_input_bytes", counters.bytesIn);
        add("total_net_output_bytes", counters.bytesOut);
        add("rejected_connections", node.clients().rejected());
        add("expired_keys", node.store().expired() - counters.expired);
        add("evicted_keys", node.store().evicted() - counters.evicted);
        add("keyspace_hits", counters.hits);
        add("keyspace_misses", counters.misses);
        add("pubsub_channels", node.channels().count());
        add("pubsub_patterns", node.patterns().count());
        add("pubsubshard_channels", node.shardChannels().count());
        add("larder_leases", node.store().leases());
        add("larder_invalidated_tags", node.store().invalidatedTags());
        add("latest_fork_usec", 0);
        add("tracking_total_keys", node.notices().invalidations().keys());
        add("tracking_total_items", node.notices().invalidations().items());
        add("tracking_total_prefixes", node.notices().invalidations().prefixes());
        add("total_error_replies", counters.failures);
    }

    private void replication() {
        add("role", "master");
        add("connected_slaves", 0);
        add("master_failover_state", "no-failover");
        add("master_replid", node.runId());
        add("master_replid2", "0".repeat(node.runId().length()));
        add("master_repl_offset", 0);
        add("second_repl_offset", -1);
        add("repl_backlog_active", 0);
    }

    private void cpu() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            add("used_cpu_total", String.format(Locale.ROOT, "%.6f", system.getProcessCpuTime() / NANOS));
        }
    }

    private void eachCommand(BiConsumer<String, CommandStats.Sum> line) {
        for (Command command : node.table().all()) {
            line.accept(command.name(), node.watch().sum(command.number()));
            command.subcommands()
                    .values()
                    .forEach(sub -> line.accept(sub.name(), node.watch().sum(sub.number())));
        }
    }

    private void counted(String name, CommandStats.Sum sum) {
        if (sum.calls() + sum.rejected() > 0) {
            double each = sum.calls() == 0 ? 0 : (double) sum.micros() / sum.calls();
            add(
                    "cmdstat_" + name,
                    String.format(
                            Locale.ROOT,
                            "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                            sum.calls(),
                            sum.micros(),
                            each,
                            sum.rejected(),
                            sum.failed()));
        }
    }

    private void timed(String name, CommandStats.Sum sum) {
        if (sum.timed() > 0) {
            add(
                    "latency_percentiles_usec_" + name,
                    String.format(
                            Locale.ROOT,
                            "p50=%.3f,p99=%.3f,p99.9=%.3f",
                            sum.percentile(0.5),
                            sum.percentile(0.99),
                            sum.percentile(0.999)));
        }
    }

    private void keyspace() {
        for (int database = 0; database < node.settings().number("databases"); database++) {
            long keys = node.store().size(database);
            if (keys > 0) {
                long expiring = node.store().expiring(database);
                add("db" + database, "keys=" + keys + ",expires=" + expiring + ",avg_ttl=0");
            }
        }
    }
}
