package dev.larder.server.command;

import dev.larder.server.acl.User;
import dev.larder.server.acl.Users;
import dev.larder.server.client.Client;
import dev.larder.server.client.Tracking;

/** A client in one line, with the fields that {@code CLIENT LIST} of Redis has. Pure. */
final class ClientLine {
    private ClientLine() {}

    static String of(Client client, boolean isMonitor, long nowMillis) {
        boolean isOpen = client.transaction().isOpen();
        Tracking tracking = client.tracking();
        String flags = (isMonitor ? "O" : "")
                + (client.isListening() ? "P" : "")
                + (isOpen ? "x" : "")
                + (client.isWaiting() ? "b" : "")
                + (tracking == null ? "" : "t")
                + (client.isRedirectBroken() ? "R" : "")
                + (tracking != null && tracking.broadcasts() ? "B" : "");
        StringBuilder line = new StringBuilder();
        add(line, "id", client.id());
        add(line, "addr", client.origin().remote());
        add(line, "laddr", client.origin().local());
        add(line, "fd", client.id());
        add(line, "name", client.name());
        add(line, "age", seconds(nowMillis - client.origin().sinceMillis()));
        add(line, "idle", seconds(nowMillis - client.lastHeardMillis()));
        add(line, "flags", flags.isEmpty() ? "N" : flags);
        add(line, "db", client.database());
        add(line, "sub", client.channels().size());
        add(line, "psub", client.patterns().size());
        add(line, "ssub", client.shardChannels().size());
        add(line, "multi", isOpen ? client.transaction().commands().size() : -1);
        add(line, "qbuf", client.line().heldBytes());
        add(line, "qbuf-free", 0);
        add(line, "argv-mem", 0);
        add(line, "multi-mem", client.transaction().bytes());
        add(line, "rbs", 0);
        add(line, "rbp", 0);
        add(line, "obl", client.line().unsentBytes());
        add(line, "oll", 0);
        add(line, "omem", 0);
        add(line, "tot-mem", client.line().heldBytes() + client.line().unsentBytes());
        add(line, "events", "r");
        add(line, "cmd", client.lastCommand());
        add(line, "user", client.user() instanceof User user ? user.name() : Users.DEFAULT);
        add(line, "redir", tracking == null ? -1 : tracking.redirect());
        add(line, "resp", client.isThree() ? 3 : 2);
        add(line, "lib-name", client.library());
        add(line, "lib-ver", client.libraryVersion());
        return line.substring(1);
    }

    private static void add(StringBuilder line, String name, Object value) {
        line.append(' ').append(name).append('=').append(value);
    }

    private static long seconds(long millis) {
        return Math.max(0, millis / Expiry.SECOND);
    }
}
