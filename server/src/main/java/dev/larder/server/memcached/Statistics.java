package dev.larder.server.memcached;

import dev.larder.protocol.memcached.Reply.Word;
import dev.larder.protocol.memcached.server.TextReplies;
import dev.larder.protocol.memcached.server.TextRequest;
import dev.larder.server.client.Client;
import dev.larder.server.command.Node;
import dev.larder.server.store.MemoryReport;
import java.util.Locale;

/**
 * {@code stats} and its kinds, by Memcached's names. Where it has many classes of sizes there is one here, since blocks may
 * have any size.
 */
final class Statistics {
    private static final long SECOND = 1_000;

    private final MemcachedPort port;
    private final Node node;
    private final TextReplies out;

    Statistics(MemcachedPort port, TextReplies out) {
        this.port = port;
        this.node = port.node();
        this.out = out;
    }

    void answer(TextRequest request) {
        String kind = request.wordCount() == 0 ? "" : request.word(0);
        boolean isSwitch = request.wordCount() == 2 && !request.word(1).equals("dump");
        switch (kind) {
            case "" -> general();
            case "items" -> items();
            case "slabs" -> slabs();
            case "sizes" -> stat("sizes_status", "disabled");
            case "settings" -> settings();
            case "conns" -> node.clients().all().forEach(this::connection);
            case "reset" -> {
                port.resetCounts();
                out.line("RESET");
                return;
            }
            case "detail" -> {
                if (isSwitch) {
                    out.word(Word.OK); // keys' prefixes are not counted
                    return;
                }
            }
            case "cachedump" -> {
                out.line("CLIENT_ERROR bad command line");
                return;
            }
            default -> {
                out.line("ERROR");
                return;
            }
        }
        out.end();
    }

    private void stat(String name, Object value) {
        out.stat(name, String.valueOf(value));
    }

    private void general() {
        long now = node.clock().millis();
        MemoryReport memory = node.store().memory();
        stat("pid", ProcessHandle.current().pid());
        stat("uptime", Math.max(0, now - node.startedMillis()) / SECOND);
        stat("time", now / SECOND);
        stat("version", MemcachedPort.VERSION);
        stat("pointer_size", 64);
        stat("max_connections", node.settings().live().maxClients());
        stat("curr_connections", node.clients().count());
        stat("total_connections", node.clients().received());
        stat("rejected_connections", node.clients().rejected());
        for (Count what : Count.values()) {
            stat(what.name().toLowerCase(Locale.ROOT), port.counted(what));
        }
        stat("limit_maxbytes", bound(memory));
        stat("accepting_conns", 1);
        stat("threads", node.settings().number("io-threads"));
        stat("bytes", memory.allocated());
        stat("curr_items", node.store().size(Desk.DATABASE));
        stat("evictions", node.store().evicted());
        stat("reclaimed", node.store().expired());
    }

    private static long bound(MemoryReport memory) {
        return memory.maxBytes() == Long.MAX_VALUE ? 0 : memory.maxBytes();
    }

    private void items() {
        long items = node.store().size(Desk.DATABASE);
        if (items > 0) {
            stat("items:1:number", items);
            stat("items:1:evicted", node.store().evicted());
            stat("items:1:reclaimed", node.store().expired());
            stat("items:1:mem_requested", node.store().memory().dataset());
        }
    }

    private void slabs() {
        MemoryReport memory = node.store().memory();
        long items = node.store().size(Desk.DATABASE);
        if (items > 0) {
            stat("1:chunk_size", memory.dataset() / items);
            stat("1:used_chunks", items);
            stat("1:get_hits", port.counted(Count.GET_HITS));
            stat("1:cmd_set", port.counted(Count.CMD_SET));
            stat("1:delete_hits", port.counted(Count.DELETE_HITS));
        }
        stat("active_slabs", items > 0 ? 1 : 0);
        stat("total_malloced", memory.allocated());
    }

    private void settings() {
        stat("maxbytes", bound(node.store().memory()));
        stat("maxconns", node.settings().live().maxClients());
        stat("tcpport", node.settings().number("memcached-port"));
        stat("udpport", 0);
        stat("inter", node.settings().text("bind").replace(' ', ','));
        stat("verbosity", 0);
        stat("evictions", node.settings().text("maxmemory-policy").equals("noeviction") ? "off" : "on");
        stat("num_threads", node.settings().number("io-threads"));
        stat("cas_enabled", "yes");
        stat("tcp_backlog", node.settings().number("tcp-backlog"));
        stat("binding_protocol", "ascii");
        stat("auth_enabled_sasl", "no");
        stat("auth_enabled_ascii", port.users().areNeeded() ? "yes" : "no");
        stat("item_size_max", port.limits().maxValueBytes());
        stat("flush_enabled", "yes");
        stat("idle_timeout", node.settings().live().timeoutSeconds());
    }

    private void connection(Client client) {
        String id = Long.toString(client.id());
        stat(id + ":addr", "tcp:" + client.origin().remote());
        stat(id + ":listen_addr", "tcp:" + client.origin().local());
        stat(id + ":state", "conn_read");
        stat(id + ":secs_since_last_cmd", Math.max(0, node.clock().millis() - client.lastHeardMillis()) / SECOND);
    }
}
