/**
 * The shop's pages: requests in, HTML out. Checks everything that comes from outside; decides nothing about caching. Open
 * {@link dev.larder.storefront.web.ShopServer} first.
 */
@NullMarked
package dev.larder.storefront.web;

import org.jspecify.annotations.NullMarked;
