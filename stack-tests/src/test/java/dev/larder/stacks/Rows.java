package dev.larder.stacks;

import dev.larder.file.FileTierFactory;
import dev.larder.jdbc.JdbcTierFactory;
import dev.larder.redis.RedisServer;
import dev.larder.redis.RedisTierFactory;
import dev.larder.stack.StackTier;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory.Context;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Real tiers to stand in rows: a folder of its own, a Redis and a database in this process's memory. One for all tests of a
 * class; the folder is left to the system's own tidying, since threads of closed tiers may still be at work in it.
 */
final class Rows implements AutoCloseable {
    /** Long enough for a busy machine: what is not answered in time is gone around, and a contract sees no difference. */
    private static final long TIER_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(8);

    private final Scheduler scheduler = Scheduler.system("stack-scheduler");
    private final Context context = new Context(Ticker.system(), scheduler);
    private final RedisServer redis = RedisServer.start();
    private final String database = "stack-" + UUID.randomUUID();
    private final Path folder = newFolder();

    private static Path newFolder() {
        try {
            Path folder = Files.createTempDirectory("larder-stack");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FarTier file() {
        return new FileTierFactory().open(TierUri.parse("file:" + folder.resolve("front")), context);
    }

    FarTier redis() {
        return new RedisTierFactory().open(TierUri.parse(redis.uri()), context);
    }

    FarTier sql() {
        return new JdbcTierFactory().open(TierUri.parse("jdbc:h2:mem:" + database + ";DB_CLOSE_DELAY=-1"), context);
    }

    FarTier row(FarTier... nearestFirst) {
        return StackTier.of(List.of(nearestFirst), context, TIER_TIMEOUT_NANOS);
    }

    @Override
    public void close() {
        scheduler.close();
        redis.close();
    }
}
