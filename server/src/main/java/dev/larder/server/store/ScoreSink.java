package dev.larder.server.store;

/** Takes members of a sorted set. Called as a {@link Sink} is. */
@FunctionalInterface
public interface ScoreSink {
    /** A member with its score. The member is valid during the call. */
    void member(Slice member, double score);
}
