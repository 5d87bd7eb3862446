package dev.larder.jdbc;

import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.time.Scheduler;

/** What every tier that keeps tags must do, done by the SQL tier on H2. */
class H2TierTagContractTest extends TierTagContract {
    private static final Scheduler SCHEDULER = Scheduler.system("contract-scheduler");
    private static final TestDatabase DATABASE = TestDatabase.h2("tag-contract");

    @Override
    protected FarTier openTier() {
        return new JdbcTierFactory().open(DATABASE.uri(), new TierFactory.Context(ticker(), SCHEDULER));
    }
}
