package dev.larder.jdbc;

import org.junit.jupiter.api.Nested;

/** The SQL tier's own claims on a real PostgreSQL. */
class PostgresTest {
    @Nested
    class Entries extends EntriesClaims {
        Entries() {
            super(TestDatabase.postgres());
        }
    }

    @Nested
    class Messages extends BusClaims {
        Messages() {
            super(TestDatabase.postgres());
        }
    }

    @Nested
    class Sweeping extends SweeperClaims {
        Sweeping() {
            super(TestDatabase.postgres());
        }
    }

    @Nested
    class Switches extends SwitchClaims {
        Switches() {
            super(TestDatabase.postgres());
        }
    }

    @Nested
    class Tags extends TagClaims {
        Tags() {
            super(TestDatabase.postgres());
        }
    }

    @Nested
    class ForgottenTags extends TagSweepClaims {
        ForgottenTags() {
            super(TestDatabase.postgres());
        }
    }
}
