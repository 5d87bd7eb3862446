/**
 * Counts SQL statements, for the whole process and for the request that caused them. Open
 * {@link dev.larder.storefront.meter.CountingDataSource} first.
 */
@NullMarked
package dev.larder.storefront.meter;

import org.jspecify.annotations.NullMarked;
