package dev.larder.jdbc;

import org.junit.jupiter.api.Nested;

/** The SQL tier's own claims on a real MariaDB. */
class MariaDbTest {
    @Nested
    class Entries extends EntriesClaims {
        Entries() {
            super(TestDatabase.mariaDb());
        }
    }

    @Nested
    class Messages extends BusClaims {
        Messages() {
            super(TestDatabase.mariaDb());
        }
    }

    @Nested
    class Sweeping extends SweeperClaims {
        Sweeping() {
            super(TestDatabase.mariaDb());
        }
    }

    @Nested
    class Tags extends TagClaims {
        Tags() {
            super(TestDatabase.mariaDb());
        }
    }

    @Nested
    class ForgottenTags extends TagSweepClaims {
        ForgottenTags() {
            super(TestDatabase.mariaDb());
        }
    }
}
