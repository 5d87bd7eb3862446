package dev.larder.benchmarks.shop;

import dev.larder.storefront.shop.Strategy;

/**
 * One way to run the shop. Immutable.
 *
 * @param title as tables name it
 * @param strategy how pages use the cache
 * @param redis whether the near tier stands over Redis
 * @param instances how many processes serve
 */
record Scene(String title, Strategy strategy, boolean redis, int instances) {}
