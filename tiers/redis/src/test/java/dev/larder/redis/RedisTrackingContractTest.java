package dev.larder.redis;

import dev.larder.testkit.TierContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** What every tier must do, done by the Redis tier where Redis itself tells near tiers of changes. */
@Tag("long")
class RedisTrackingContractTest extends TierContract {
    private static final Scheduler SCHEDULER = Scheduler.system("tracking-scheduler");
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
        return new RedisTierFactory()
                .open(TierUri.parse(server.uri() + "?near=tracking"), new TierFactory.Context(ticker(), SCHEDULER));
    }
}
