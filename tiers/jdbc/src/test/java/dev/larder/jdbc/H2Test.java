package dev.larder.jdbc;

import org.junit.jupiter.api.Nested;

/** The SQL tier's own claims on H2. */
class H2Test {
    @Nested
    class Entries extends EntriesClaims {
        Entries() {
            super(TestDatabase.h2("claims"));
        }
    }

    @Nested
    class Messages extends BusClaims {
        Messages() {
            super(TestDatabase.h2("claims"));
        }
    }

    @Nested
    class Sweeping extends SweeperClaims {
        Sweeping() {
            super(TestDatabase.h2("claims"));
        }
    }

    @Nested
    class Switches extends SwitchClaims {
        Switches() {
            super(TestDatabase.h2("claims"));
        }
    }

    @Nested
    class Tags extends TagClaims {
        Tags() {
            super(TestDatabase.h2("claims"));
        }
    }

    @Nested
    class ForgottenTags extends TagSweepClaims {
        ForgottenTags() {
            super(TestDatabase.h2("claims"));
        }
    }
}
