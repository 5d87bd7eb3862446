package dev.larder.storefront.shop;

import dev.larder.failure.LarderException;
import dev.larder.failure.WriteException;
import dev.larder.storefront.catalogue.EditConflictException;
import dev.larder.storefront.catalogue.TopViewed;
import dev.larder.time.Scheduler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes views once a second and carries the list of the most viewed along: the next list is computed from the cached one
 * and the views that were added, and put; its writer adds the views to the database and moves the list's version, or
 * refuses where another process was faster. Then the cache is left without the list, and the next attempt begins at the
 * newest. One run at a time.
 */
final class ViewWriter {
    private static final Logger LOG = System.getLogger(ViewWriter.class.getName());
    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int ATTEMPTS = 3;

    private final ViewLog views;
    private final Origin origin;
    private final Supplier<ShopCaches> caches;
    private final Scheduler scheduler;
    private final Executor executor;
    private boolean failing;

    ViewWriter(ViewLog views, Origin origin, Supplier<ShopCaches> caches, Scheduler scheduler, Executor executor) {
        this.views = views;
        this.origin = origin;
        this.caches = caches;
        this.scheduler = scheduler;
        this.executor = executor;
    }

    /** Begins to run every second, until the scheduler closes. */
    void start() {
        scheduler.schedule(() -> executor.execute(this::runAndGoOn), PERIOD_NANOS);
    }

    private void runAndGoOn() {
        try {
            run();
        } finally {
            try {
                start();
            } catch (IllegalStateException closed) {
                LOG.log(Level.DEBUG, "the shop closes; views are written no more");
            }
        }
    }

    /** Writes what was counted so far. A failure keeps it for the next run. */
    synchronized void run() {
        try {
            for (int attempt = 0; attempt < ATTEMPTS && !views.take().isEmpty(); attempt++) {
                write(caches.get());
            }
            failing = false;
        } catch (LarderException | SQLException e) {
            if (!failing) {
                LOG.log(
                        Level.WARNING,
                        "views cannot be written and are kept for later: {0}",
                        String.valueOf(e.getMessage()));
            }
            failing = true;
        }
    }

    private void write(ShopCaches now) throws SQLException {
        Map<Long, Long> batch = views.batch();
        @Nullable TopViewed top = now.strategy.readsCache() ? now.top.get(ShopCaches.ALL) : null;
        if (top == null) {
            origin.views().add(batch);
            views.written();
            now.top.remove(ShopCaches.ALL);
            return;
        }
        Map<Long, Long> totals = new HashMap<>(origin.views().views(batch));
        totals.replaceAll((article, total) -> total + batch.getOrDefault(article, 0L));
        try {
            now.top.put(ShopCaches.ALL, top.with(totals));
        } catch (WriteException e) {
            if (!(e.getCause() instanceof EditConflictException)) {
                throw e;
            }
        }
    }
}
