package dev.larder.benchmarks.soak;

import dev.larder.time.Ticker;
import java.util.concurrent.atomic.AtomicBoolean;

/** What clients share: where the server is, how fast they may be, whether it goes on, what they counted. Thread-safe. */
final class Stage {
    private static final Ticker TICKER = Ticker.system();

    private final int port;
    private final int memcachedPort;
    private final SoakPlan plan;
    private final long beginNanos = TICKER.nanos();
    private final Tally tally = new Tally();
    private final AtomicBoolean goesOn = new AtomicBoolean(true);

    Stage(int port, int memcachedPort, SoakPlan plan) {
        this.port = port;
        this.memcachedPort = memcachedPort;
        this.plan = plan;
    }

    int port() {
        return port;
    }

    int memcachedPort() {
        return memcachedPort;
    }

    Tally tally() {
        return tally;
    }

    boolean goesOn() {
        return goesOn.get();
    }

    void end() {
        goesOn.set(false);
    }

    double seconds() {
        return (TICKER.nanos() - beginNanos) / 1e9;
    }

    /** Which mix of sizes it is the turn of. */
    int turn() {
        return (int) (seconds() / (plan.shift().toMillis() / 1e3));
    }

    /** A first line of a reply was heard. */
    void heard(String reply) {
        tally.request();
        if (reply.startsWith("-")) {
            tally.error(reply);
        }
    }

    /** The pace of a client that sends a share of all requests. */
    Pace pace(double share) {
        return new Pace(plan.perSecond() * share);
    }
}
