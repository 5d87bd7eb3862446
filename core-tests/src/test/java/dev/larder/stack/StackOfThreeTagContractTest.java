package dev.larder.stack;

import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.time.Ticker;
import java.time.Duration;

/** What every tier that keeps tags must do, done by three in a row: processes that share all. */
final class StackOfThreeTagContractTest extends TierTagContract {
    private final RowInMemory row = new RowInMemory("front", "middle", "back");

    @Override
    protected FarTier openTier() {
        return row.open();
    }

    @Override
    protected Ticker ticker() {
        return row.ticker();
    }

    @Override
    protected void pass(Duration duration) {
        row.ticker().advance(duration);
    }
}
