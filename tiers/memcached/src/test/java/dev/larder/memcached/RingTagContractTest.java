package dev.larder.memcached;

import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every tier that keeps tags must do, done by the Memcached tier on a ring of three real servers. */
class RingTagContractTest extends TierTagContract {
    private static final Scheduler SCHEDULER = Scheduler.system("ring-tag-contract-scheduler");
    private static List<MemcachedServer> servers = List.of();

    @BeforeAll
    static void startServers() {
        servers = Stream.generate(() -> MemcachedServer.start()).limit(3).toList();
    }

    @AfterAll
    static void stopServers() {
        servers.forEach(MemcachedServer::close);
    }

    @Override
    protected Duration shortWhile() {
        return Duration.ofSeconds(5);
    }

    @Override
    protected FarTier openTier() {
        String hosts = servers.stream().map(each -> "127.0.0.1:" + each.port()).collect(Collectors.joining(","));
        return new MemcachedTierFactory()
                .open(TierUri.parse("memcached://" + hosts), new TierFactory.Context(ticker(), SCHEDULER));
    }
}
