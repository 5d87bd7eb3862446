package dev.larder.redis;

import dev.larder.testkit.TierContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every tier must do, done by the Redis tier on a real cluster. */
class RedisClusterContractTest extends TierContract {
    private static final Scheduler SCHEDULER = Scheduler.system("contract-scheduler");
    private static RedisCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Override
    protected FarTier openTier() {
        return new RedisTierFactory().open(TierUri.parse(cluster.uri()), new TierFactory.Context(ticker(), SCHEDULER));
    }
}
