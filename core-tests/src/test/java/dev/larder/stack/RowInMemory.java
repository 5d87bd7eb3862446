package dev.larder.stack;

import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.ManualScheduler;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Servers in memory that stand in a row, and processes that share them all. */
final class RowInMemory {
    private static final long TIER_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final FakeTicker ticker = new FakeTicker();
    private final Map<String, InMemoryServer> servers = new LinkedHashMap<>();
    private final TierFactory.Context context = new TierFactory.Context(ticker, new ManualScheduler(ticker));

    /** The nearest first. */
    RowInMemory(String... names) {
        for (String name : names) {
            servers.put(name, new InMemoryServer(ticker));
        }
    }

    FakeTicker ticker() {
        return ticker;
    }

    /** A process's way to them. */
    FarTier open() {
        return StackTier.of(
                servers.entrySet().stream()
                        .map(server -> server.getValue().connect(server.getKey()))
                        .toList(),
                context,
                TIER_TIMEOUT_NANOS);
    }
}
