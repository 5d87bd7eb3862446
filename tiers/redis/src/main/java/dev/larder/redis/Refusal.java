package dev.larder.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Objects;

/**
 * What a server means that refuses a command without having done any of it, and has nothing against the command itself.
 * Pure.
 */
enum Refusal {
    /** Another node of the cluster has the slot. */
    MOVED,

    /** It is not the master any more. */
    DEMOTED,

    /** It will do it, or know who does, in a moment: a slot is between two nodes, or a master is being replaced. */
    LATER,

    /** Something else failed, or nobody knows what was done. */
    NONE;

    static Refusal of(Throwable failure) {
        Throwable cause = Session.unwrap(failure);
        if (!(cause instanceof RedisCommandExecutionException)) {
            return NONE;
        }
        String answer = Objects.requireNonNullElse(cause.getMessage(), "");
        int space = answer.indexOf(' ');
        return switch (space < 0 ? answer : answer.substring(0, space)) {
            case "MOVED" -> MOVED;
            case "READONLY", "UNBLOCKED" -> DEMOTED;
            case "ASK", "TRYAGAIN", "CLUSTERDOWN" -> LATER;
            default -> NONE;
        };
    }
}
