/**
 * The storefront's product pages under load: requests and SQL statements a second without a cache, with a near tier, and
 * with a near tier over Redis, by one process and by three. Open {@link dev.larder.benchmarks.shop.ShopLoadCommand}
 * first.
 */
@NullMarked
package dev.larder.benchmarks.shop;

import org.jspecify.annotations.NullMarked;
