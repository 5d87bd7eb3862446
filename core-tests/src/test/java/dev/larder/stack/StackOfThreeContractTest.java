package dev.larder.stack;

import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.ManualScheduler;
import dev.larder.testkit.TierContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;

/** What every tier must do, done by three in a row: processes that share all. */
final class StackOfThreeContractTest extends TierContract {
    private final FakeTicker ticker = new FakeTicker();
    private final InMemoryServer front = new InMemoryServer(ticker);
    private final InMemoryServer middle = new InMemoryServer(ticker);
    private final InMemoryServer back = new InMemoryServer(ticker);
    private final TierFactory.Context context = new TierFactory.Context(ticker, new ManualScheduler(ticker));

    @Override
    protected FarTier openTier() {
        return StackTier.of(
                List.of(front.connect("front"), middle.connect("middle"), back.connect("back")), context, 500_000_000);
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
