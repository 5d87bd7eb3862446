package dev.larder.redis;

import dev.larder.tier.Tokens;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who answers on a connection. Immutable.
 *
 * @param id changes when the server restarts, or when another one takes its place; one that does not say who it is has
 *     another on each connection
 * @param isReplica whether it follows another server
 */
record ServerIdentity(String id, boolean isReplica) {
    private static final Pattern RUN = Pattern.compile("(?m)^run_id:(\\S+)");
    private static final Pattern HISTORY = Pattern.compile("(?m)^master_replid:(\\S+)");
    private static final Pattern ROLE = Pattern.compile("(?m)^role:(\\S+)");

    /** The part of an {@link #id} that stays the same while one process of a server runs, whatever it follows. */
    static String run(String id) {
        int space = id.indexOf(' ');
        return space < 0 ? id : id.substring(0, space);
    }

    /** Whether an {@link #id} is what a server said of itself. */
    static boolean isTold(String id) {
        return id.indexOf(' ') >= 0;
    }

    /** Asks the server at the other end of {@code session}. */
    static CompletionStage<ServerIdentity> of(Session session) {
        CompletionStage<String> server = session.redis().info("server");
        CompletionStage<String> replication = session.redis().info("replication");
        return server.thenCombine(replication, ServerIdentity::read)
                .exceptionally(denied -> new ServerIdentity(Tokens.next(), false));
    }

    private static ServerIdentity read(String server, String replication) {
        String run = found(RUN, server);
        String history = found(HISTORY, replication);
        boolean isTold = !run.isEmpty() && !history.isEmpty();
        return new ServerIdentity(
                isTold ? run + ' ' + history : Tokens.next(),
                found(ROLE, replication).equals("slave"));
    }

    private static String found(Pattern pattern, String info) {
        Matcher matcher = pattern.matcher(info);
        return matcher.find() ? matcher.group(1) : "";
    }
}
