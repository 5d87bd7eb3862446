package dev.larder.memcached;

import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.time.Scheduler;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every tier that keeps tags must do, done by the Memcached tier on one real server. */
class MemcachedTagContractTest extends TierTagContract {
    private static final Scheduler SCHEDULER = Scheduler.system("tag-contract-scheduler");
    private static MemcachedServer server;

    @BeforeAll
    static void startServer() {
        server = MemcachedServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected Duration shortWhile() {
        return Duration.ofSeconds(5);
    }

    @Override
    protected FarTier openTier() {
        return new MemcachedTierFactory().open(server.tierUri(), new TierFactory.Context(ticker(), SCHEDULER));
    }
}
