package dev.larder.stacks;

import dev.larder.testkit.TierContract;
import dev.larder.tier.FarTier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** What every tier must do, done by Redis over a SQL database; with three tiers it is tested daily. */
@Tag("long")
class RedisOverSqlContractTest extends TierContract {
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
        return rows.row(rows.redis(), rows.sql());
    }

    @Override
    protected int rounds() {
        return 20;
    }
}
