package dev.larder.storefront.herd;

/**
 * What a herd caused. Immutable.
 *
 * @param requests how many requests were made at once
 * @param sqlStatements how many SQL statements they caused
 * @param failures how many got no product
 * @param millis until the last had its answer
 */
public record HerdReport(int requests, int sqlStatements, int failures, long millis) {}
