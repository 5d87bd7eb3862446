package dev.larder.storefront.catalogue;

import java.util.List;

/**
 * A list of article numbers: what stands in a category, or what a search found. Immutable. It holds no names and prices,
 * so that editing a product never makes it untrue.
 *
 * @param more whether there were more than fit
 */
public record Articles(List<Long> numbers, boolean more) {
    public Articles {
        numbers = List.copyOf(numbers);
    }
}
