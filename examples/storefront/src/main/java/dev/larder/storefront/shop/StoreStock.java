package dev.larder.storefront.shop;

import dev.larder.storefront.catalogue.Stock;
import dev.larder.storefront.catalogue.Store;

/** One store and what it has of the product at hand. Immutable. */
public record StoreStock(Store store, Stock stock) {}
