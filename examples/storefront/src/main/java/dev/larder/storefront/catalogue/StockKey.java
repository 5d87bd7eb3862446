package dev.larder.storefront.catalogue;

/** What a stock is of: an article, counted in a unit of measure, in one store. Immutable. */
public record StockKey(long article, String unit, int store) {}
