package dev.larder.tier;

import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.TierTagContract;
import dev.larder.time.Ticker;
import java.time.Duration;

/** The fake that stands for a server keeps tags as a real one does. */
final class InMemoryTierTagContractTest extends TierTagContract {
    private final FakeTicker ticker = new FakeTicker();
    private final InMemoryServer server = new InMemoryServer(ticker);

    @Override
    protected FarTier openTier() {
        return server.connect("process");
    }

    @Override
    protected Ticker ticker() {
        return ticker;
    }

    @Override
    protected void pass(Duration duration) {
        ticker.advance(duration);
    }
}
