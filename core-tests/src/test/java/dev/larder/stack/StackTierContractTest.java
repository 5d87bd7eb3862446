package dev.larder.stack;

import dev.larder.testkit.TierContract;
import dev.larder.tier.FarTier;
import dev.larder.time.Ticker;
import java.time.Duration;

/** What every tier must do, done by two in a row: processes that share both. */
final class StackTierContractTest extends TierContract {
    private final RowInMemory row = new RowInMemory("front", "back");

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
