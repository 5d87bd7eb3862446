package dev.larder.storefront.shop;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Views that are counted but not yet written. Counting is for any thread; the batch is for the one thread that writes.
 * Bounded by the number of products, as only those that exist are counted.
 */
final class ViewLog {
    /** Articles written in one go; what is left waits for the next. */
    private static final int MAX_BATCH = 1_000;

    private final ConcurrentHashMap<Long, Long> counted = new ConcurrentHashMap<>();
    private volatile Map<Long, Long> batch = Map.of();

    void count(long article) {
        counted.merge(article, 1L, Long::sum);
    }

    /** Moves what was counted so far into the batch; returns the batch. */
    Map<Long, Long> take() {
        Map<Long, Long> taken = new HashMap<>(batch);
        for (Iterator<Long> articles = counted.keySet().iterator(); articles.hasNext() && taken.size() < MAX_BATCH; ) {
            Long article = articles.next();
            Long views = counted.remove(article);
            if (views != null) {
                taken.merge(article, views, Long::sum);
            }
        }
        batch = Map.copyOf(taken);
        return batch;
    }

    /** What is to be written now. */
    Map<Long, Long> batch() {
        return batch;
    }

    /** The batch was written. */
    void written() {
        batch = Map.of();
    }
}
