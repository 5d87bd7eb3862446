package dev.larder.stack;

import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.ManualScheduler;
import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;

/** What every tier that keeps tags must do, done by two in a row: processes that share both. */
final class StackTierTagContractTest extends TierTagContract {
    private final FakeTicker ticker = new FakeTicker();
    private final InMemoryServer front = new InMemoryServer(ticker);
    private final InMemoryServer back = new InMemoryServer(ticker);
    private final TierFactory.Context context = new TierFactory.Context(ticker, new ManualScheduler(ticker));

    @Override
    protected FarTier openTier() {
        return StackTier.of(List.of(front.connect("front"), back.connect("back")), context, 500_000_000);
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
