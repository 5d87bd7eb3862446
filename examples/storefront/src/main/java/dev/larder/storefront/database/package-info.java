/**
 * Where the shop's database is, whether what lies there can be used, and how it is filled the first time. Refuses what it
 * does not understand with one sentence. Open {@link dev.larder.storefront.database.ShopDatabase} first.
 */
@NullMarked
package dev.larder.storefront.database;

import org.jspecify.annotations.NullMarked;
