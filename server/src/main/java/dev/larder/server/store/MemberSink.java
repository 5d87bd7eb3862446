package dev.larder.server.store;

/** Takes members of a set. Called as a {@link Sink} is. */
@FunctionalInterface
public interface MemberSink {
    /** A member, valid during the call. */
    void member(Slice member);
}
