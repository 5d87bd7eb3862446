package dev.larder.stacks;

import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every tier that keeps tags must do, done by a folder over Redis over a SQL database. */
class ThreeTiersTagContractTest extends TierTagContract {
    private static Rows rows;

    @BeforeAll
    static void start() {
        rows = new Rows();
    }

    @AfterAll
    static void stop() {
        rows.close();
    }

    @Override
    protected FarTier openTier() {
        return rows.row(rows.file(), rows.redis(), rows.sql());
    }

    @Override
    protected int rounds() {
        return 20;
    }
}
