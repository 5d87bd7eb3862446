package dev.larder.memcached;

import dev.larder.testkit.TierContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.time.Scheduler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every tier must do, done by the Memcached tier on a real server. */
class MemcachedTierContractTest extends TierContract {
    private static final Scheduler SCHEDULER = Scheduler.system("contract-scheduler");
    private static MemcachedServer server;

    @BeforeAll
    static void startServer() {
        server = MemcachedServer.start("-I", "4m");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected FarTier openTier() {
        return new MemcachedTierFactory().open(server.tierUri(), new TierFactory.Context(ticker(), SCHEDULER));
    }
}
