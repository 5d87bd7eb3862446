package dev.larder.clients;

import static org.awaitility.Awaitility.await;

import dev.larder.memcached.MemcachedTierFactory;
import dev.larder.redis.RedisTierFactory;
import dev.larder.testkit.TierContract;
import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** What every tier must do, done by Larder's own tiers on this server, unchanged. */
class TierContractsTest {
    /** Races are run more often where the tiers are tested on the servers that they were made for. */
    private static final int ROUNDS = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Scheduler SCHEDULER = Scheduler.system("contract-scheduler");
    private static EmbeddedNode server;

    @BeforeAll
    static void startServer() {
        server = new EmbeddedNode();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** A tier that is connected: the claims call it at once, also on a machine that is busy. */
    private static FarTier open(TierFactory factory, String uri, Ticker ticker) {
        FarTier tier = factory.open(TierUri.parse(uri), new TierFactory.Context(ticker, SCHEDULER));
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).until(() -> hasAnswered(tier));
        return tier;
    }

    private static boolean hasAnswered(FarTier tier) throws InterruptedException {
        try {
            tier.ping().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException notYet) {
            return false;
        }
    }

    @Nested
    class Redis extends TierContract {
        @Override
        protected int rounds() {
            return ROUNDS;
        }

        @Override
        protected FarTier openTier() {
            return open(new RedisTierFactory(), server.redis(), ticker());
        }
    }

    @Nested
    class RedisTags extends TierTagContract {
        @Override
        protected int rounds() {
            return ROUNDS;
        }

        @Override
        protected FarTier openTier() {
            return open(new RedisTierFactory(), server.redis(), ticker());
        }
    }

    /** Where the server itself tells near tiers of changes. */
    @Nested
    @Tag("long")
    class RedisTracking extends TierContract {
        @Override
        protected FarTier openTier() {
            return open(new RedisTierFactory(), server.redis() + "?near=tracking", ticker());
        }
    }

    @Nested
    class Memcached extends TierContract {
        @Override
        protected int rounds() {
            return ROUNDS;
        }

        @Override
        protected FarTier openTier() {
            return open(new MemcachedTierFactory(), server.memcached(), ticker());
        }
    }

    /** It counts in seconds, so some claims take several. */
    @Nested
    @Tag("long")
    class MemcachedTags extends TierTagContract {
        @Override
        protected Duration shortWhile() {
            return Duration.ofSeconds(5);
        }

        @Override
        protected FarTier openTier() {
            return open(new MemcachedTierFactory(), server.memcached(), ticker());
        }
    }
}
