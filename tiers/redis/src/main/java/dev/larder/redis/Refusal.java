package dev.larder.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Objects;

/**
 * What a server means that refuses a command without having done any of it, and has nothing against the command itself.
 * Pure.
 */
enum Refusal {
    /** It is not, or not any more, the one to ask. */
    ELSEWHERE,

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
            case "MOVED", "READONLY", "UNBLOCKED" -> ELSEWHERE;
            case "ASK", "TRYAGAIN", "CLUSTERDOWN" -> LATER;
            default -> NONE;
        };
    }
}
