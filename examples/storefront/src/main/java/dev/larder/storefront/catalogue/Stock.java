package dev.larder.storefront.catalogue;

/**
 * How much of an article one store has. Immutable.
 *
 * @param quantity units on its shelves
 * @param onOrder units on their way to it
 */
public record Stock(int quantity, int onOrder) {}
