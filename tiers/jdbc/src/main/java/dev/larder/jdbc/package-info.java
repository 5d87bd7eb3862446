/**
 * A SQL database as the tier that processes share: PostgreSQL, MariaDB or H2. It owns the tables it names and nothing else
 * in the database; it plans no queries of users and keeps no system of record. Open {@code JdbcTier} first, then
 * {@code Entries}, where the protocol is, and {@code TagTable}, where that of tags is.
 */
@NullMarked
package dev.larder.jdbc;

import org.jspecify.annotations.NullMarked;
