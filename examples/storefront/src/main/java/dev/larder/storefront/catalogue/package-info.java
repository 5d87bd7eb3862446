/**
 * The shop's data and where it is kept: products, categories, stores, stock and views, and the SQL that reads and changes
 * them. Knows no cache and no page. Open {@link dev.larder.storefront.catalogue.Catalogue} first.
 */
@NullMarked
package dev.larder.storefront.catalogue;

import org.jspecify.annotations.NullMarked;
