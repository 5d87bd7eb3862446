/**
 * The shop as its pages see it: reads and changes that go through Larder by the strategy switched on. This is the package
 * to copy from. Knows no HTTP. Open {@link dev.larder.storefront.shop.Shop} first, then
 * {@link dev.larder.storefront.shop.ShopCaches}.
 */
@NullMarked
package dev.larder.storefront.shop;

import org.jspecify.annotations.NullMarked;
