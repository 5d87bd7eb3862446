package dev.larder.tier;

import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.TierContract;
import dev.larder.time.Ticker;
import java.time.Duration;

/** A faulty tier that was told of no fault is a tier like any other. */
final class FaultyTierContractTest extends TierContract {
    private final FakeTicker ticker = new FakeTicker();
    private final InMemoryServer server = new InMemoryServer(ticker);

    @Override
    protected FarTier openTier() {
        return new FaultyTier(server.connect("process"));
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
