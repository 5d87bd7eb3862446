package dev.larder.storefront.catalogue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The products viewed most, best first: an aggregate that is carried forward from the views that were added, instead of
 * being computed from all products again. Immutable.
 *
 * @param version counts its changes in the database; a change is made to the newest version or refused
 */
public record TopViewed(long version, List<Viewed> products) {
    /** How many it lists. */
    public static final int LENGTH = 100;

    private static final Comparator<Viewed> BEST_FIRST =
            Comparator.comparingLong(Viewed::views).reversed().thenComparingLong(Viewed::article);

    public TopViewed {
        products = List.copyOf(products);
    }

    /** The next version, in which each of {@code totals}, article to all its views, has been brought up to date. */
    public TopViewed with(Map<Long, Long> totals) {
        Map<Long, Long> merged = new HashMap<>();
        products.forEach(product -> merged.put(product.article(), product.views()));
        merged.putAll(totals);
        List<Viewed> ranked = new ArrayList<>(merged.size());
        merged.forEach((article, views) -> ranked.add(new Viewed(article, views)));
        ranked.sort(BEST_FIRST);
        return new TopViewed(version + 1, ranked.subList(0, Math.min(LENGTH, ranked.size())));
    }

    /** One product and how often it was viewed. */
    public record Viewed(long article, long views) {}
}
