package dev.larder.redis;

import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a new connection reached the same, unbroken server as the one before. Confined to one connection's
 * greetings, which follow one another.
 */
final class ServerIdentity {
    private static final Pattern RUN = Pattern.compile("(?m)^run_id:(\\S+)");
    private static final Pattern HISTORY = Pattern.compile("(?m)^master_replid:(\\S+)");

    private volatile @Nullable String last;

    /**
     * Whether the server was restarted, or is another one, since this was asked before; false the first time. A server
     * that does not say who it is counts as changed.
     */
    CompletionStage<Boolean> changed(Session session) {
        CompletionStage<String> server = session.redis().info("server");
        CompletionStage<String> replication = session.redis().info("replication");
        return server.thenCombine(replication, (a, b) -> found(RUN, a) + ' ' + found(HISTORY, b))
                .exceptionally(denied -> "")
                .thenApply(this::isNew);
    }

    private boolean isNew(String identity) {
        String before = last;
        last = identity;
        return before != null && (identity.isBlank() || !identity.equals(before));
    }

    private static String found(Pattern pattern, String info) {
        Matcher matcher = pattern.matcher(info);
        return matcher.find() ? matcher.group(1) : "";
    }
}
