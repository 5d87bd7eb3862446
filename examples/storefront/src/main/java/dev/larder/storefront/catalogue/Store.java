package dev.larder.storefront.catalogue;

/** One of the retailer's shops. Immutable; {@code code} is its number, counted from 1. */
public record Store(int code, String town, String region) {}
