package dev.larder.storefront;

import org.jspecify.annotations.Nullable;

/** The shop did not start. The message is one sentence for the person who started it, with the remedy. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was in the way. */
    public enum Obstacle {
        /** A tier is named wrongly, does not answer, or does not let the shop in. */
        TIER,
        /** The database cannot be used. */
        DATABASE,
        /** The port is taken. */
        PORT
    }

    private final Obstacle obstacle;

    StartException(Obstacle obstacle, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.obstacle = obstacle;
    }

    public Obstacle obstacle() {
        return obstacle;
    }
}
