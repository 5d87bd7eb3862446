/**
 * A thin hand on JDBC: statements in, rows out, every connection given back. Knows no table; refuses to map objects or to
 * build statements. Open {@link dev.larder.storefront.sql.Sql} first.
 */
@NullMarked
package dev.larder.storefront.sql;

import org.jspecify.annotations.NullMarked;
