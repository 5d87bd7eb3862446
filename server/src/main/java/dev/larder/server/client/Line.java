package dev.larder.server.client;

import java.util.concurrent.Future;

/** What a client can do with its connection. Thread-safe where it says so; the rest is for the connection's own thread. */
public interface Line {
    /** Sends a message that was encoded for RESP2 and RESP3, in the order of calls of one thread. Any thread. */
    void deliver(Message message);

    /** Ends the connection when all that was answered is sent. */
    void closeWhenSent();

    /** Ends the connection at once. Any thread. */
    void kill();

    /** Sends what was answered and takes no further request for so many milliseconds. */
    void hold(long millis);

    /** Has something run on the connection's own thread, which then goes on with its requests. Any thread; does not wait. */
    void run(Runnable task);

    /** The same after so many milliseconds, unless it is cancelled before. */
    Future<?> later(long millis, Runnable task);

    /** The client has logged in, or need no longer. */
    void authenticated(boolean is);

    /** Bytes of requests that are not complete yet. Any thread, roughly. */
    int heldBytes();

    /** Bytes of replies that wait to be sent. Any thread, roughly. */
    long unsentBytes();
}
