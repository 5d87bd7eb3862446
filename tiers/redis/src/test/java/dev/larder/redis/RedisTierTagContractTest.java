package dev.larder.redis;

import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.time.Scheduler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every tier must do, done by the Redis tier on a real server. */
class RedisTierTagContractTest extends TierTagContract {
    private static final Scheduler SCHEDULER = Scheduler.system("contract-scheduler");
    private static RedisServer server;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected FarTier openTier() {
        return new RedisTierFactory().open(server.tierUri(), new TierFactory.Context(ticker(), SCHEDULER));
    }
}
