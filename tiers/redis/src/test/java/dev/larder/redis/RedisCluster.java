package dev.larder.redis;

import dev.larder.testkit.FreePorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** A real cluster of three masters, with a replica each where asked. For one test at a time. */
final class RedisCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int MASTERS = 3;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster(int replicas, Supplier<List<String>> more) {
        for (int i = 0; i < MASTERS * (1 + replicas); i++) {
            List<String> settings = new ArrayList<>(List.of(
                    "--cluster-enabled", "yes",
                    "--cluster-node-timeout", "1000",
                    "--cluster-port", Integer.toString(FreePorts.next()),
                    "--cluster-replica-validity-factor", "0",
                    "--repl-diskless-sync-delay", "0"));
            settings.addAll(more.get());
            nodes.add(RedisServer.start(settings.toArray(String[]::new)));
        }
        List<String> create = new ArrayList<>(List.of("--cluster", "create"));
        nodes.forEach(node -> create.add("127.0.0.1:" + node.port() + "@" + busPort(node)));
        create.addAll(List.of("--cluster-replicas", Integer.toString(replicas), "--cluster-yes"));
        String said = nodes.get(0).cli(create.toArray(String[]::new));
        await(
                "the cluster: " + said,
                () -> nodes.stream()
                        .allMatch(node -> node.cli("CLUSTER", "INFO").contains("cluster_state:ok")));
        if (replicas > 0) {
            await(
                    "the replicas",
                    () -> nodes.stream()
                            .filter(node -> !isMaster(node))
                            .allMatch(node -> node.cli("INFO", "replication").contains("master_link_status:up")));
        }
    }

    static RedisCluster start() {
        return new RedisCluster(0, List::of);
    }

    /** One without replicas, each node with {@code more} settings of its own. */
    static RedisCluster startWith(Supplier<List<String>> more) {
        return new RedisCluster(0, more);
    }

    static RedisCluster startWithReplicas() {
        return new RedisCluster(1, List::of);
    }

    static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(PATIENCE).until(condition);
    }

    private static String busPort(RedisServer node) {
        return node.cli("CONFIG", "GET", "cluster-port").split("\n")[1];
    }

    static boolean isMaster(RedisServer node) {
        return node.cli("ROLE").startsWith("master");
    }

    /** Two of its nodes, as a tier is told. */
    String uri() {
        return "redis-cluster://127.0.0.1:" + nodes.get(0).port() + ",127.0.0.1:"
                + nodes.get(1).port();
    }

    List<RedisServer> nodes() {
        return nodes;
    }

    /** The master that has a slot now. */
    RedisServer owner(int slot) {
        return nodes.stream()
                .filter(node -> node.isRunning() && isMaster(node) && hasSlot(node, slot))
                .findFirst()
                .orElseThrow();
    }

    private static boolean hasSlot(RedisServer node, int slot) {
        String own = node.cli("CLUSTER", "NODES")
                .lines()
                .filter(line -> line.contains("myself"))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(own.substring(own.indexOf("connected") + "connected".length())
                        .split(" "))
                .filter(range -> range.matches("[0-9]+(-[0-9]+)?"))
                .map(range -> range.split("-"))
                .anyMatch(ends -> Integer.parseInt(ends[0]) <= slot && slot <= Integer.parseInt(ends[ends.length - 1]));
    }

    private static String id(RedisServer node) {
        return node.cli("CLUSTER", "MYID");
    }

    /** Moves a slot with all its keys to another master, key by key, as redis-cli does. */
    void migrate(int slot, RedisServer from, RedisServer to) {
        String number = Integer.toString(slot);
        to.cli("CLUSTER", "SETSLOT", number, "IMPORTING", id(from));
        from.cli("CLUSTER", "SETSLOT", number, "MIGRATING", id(to));
        String keys = from.cli("CLUSTER", "GETKEYSINSLOT", number, "10");
        while (!keys.isEmpty()) {
            for (String key : keys.split("\n")) {
                from.cli("MIGRATE", "127.0.0.1", Integer.toString(to.port()), key, "0", "5000");
            }
            keys = from.cli("CLUSTER", "GETKEYSINSLOT", number, "10");
        }
        to.cli("CLUSTER", "SETSLOT", number, "NODE", id(to));
        from.cli("CLUSTER", "SETSLOT", number, "NODE", id(to));
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
