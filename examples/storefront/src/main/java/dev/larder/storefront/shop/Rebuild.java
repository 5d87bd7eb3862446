package dev.larder.storefront.shop;

import dev.larder.failure.LarderException;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Stock;
import dev.larder.storefront.catalogue.StockKey;
import dev.larder.time.Ticker;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Reads the whole catalogue again into the caches while shoppers read: products first, then the 1.87 million stocks. One
 * at a time. Rows are read in pieces, by key, so that no long transaction and no open cursor is held. Thread-safe.
 */
final class Rebuild {
    private static final int PRODUCTS_PER_PIECE = 50;

    private final Origin origin;
    private final Ticker ticker;
    private volatile RebuildState state = RebuildState.NEVER;

    Rebuild(Origin origin, Ticker ticker) {
        this.origin = origin;
        this.ticker = ticker;
    }

    RebuildState state() {
        return state;
    }

    /** Takes the right to run; false where one runs already. */
    synchronized boolean begin() {
        if (state.running()) {
            return false;
        }
        state = new RebuildState(RebuildState.Phase.RUNNING, 0, origin.sizes().stockRows(), 0, "");
        return true;
    }

    /** Runs after {@link #begin}; ends in the state {@code DONE} or {@code FAILED}. */
    void run(ShopCaches caches) {
        long start = ticker.nanos();
        try {
            caches.products.rebuild(pieces().flatMap(List::stream), Product::article);
            caches.stock.rebuild(pieces().flatMap(piece -> stocks(piece, start)));
            caches.listings.clear();
            caches.searches.clear();
            caches.categories.rebuild(
                    Stream.of(Map.entry(ShopCaches.ALL, origin.catalogue().categories())));
            caches.stores.rebuild(
                    Stream.of(Map.entry(ShopCaches.ALL, origin.catalogue().stores())));
            end(RebuildState.Phase.DONE, start, "");
        } catch (SQLException e) {
            end(RebuildState.Phase.FAILED, start, "the categories or stores could not be read");
        } catch (LarderException | ShopException e) {
            end(RebuildState.Phase.FAILED, start, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            end(RebuildState.Phase.FAILED, start, e.getClass().getSimpleName());
            throw e;
        }
    }

    /** All products, piece by piece. */
    private Stream<List<Product>> pieces() {
        return Stream.iterate(
                after(0),
                piece -> !piece.isEmpty(),
                piece -> after(piece.getLast().article()));
    }

    private List<Product> after(long article) {
        try {
            return origin.catalogue().productsAfter(article, PRODUCTS_PER_PIECE);
        } catch (SQLException e) {
            throw new ShopException("the products could not be read", e);
        }
    }

    private Stream<Map.Entry<StockKey, Stock>> stocks(List<Product> piece, long start) {
        try {
            List<Map.Entry<StockKey, Stock>> rows = origin.stock()
                    .between(piece.getFirst().article() - 1, piece.getLast().article());
            state = at(state.phase(), state.rows() + rows.size(), start, "");
            return rows.stream();
        } catch (SQLException e) {
            throw new ShopException("the stock could not be read", e);
        }
    }

    private void end(RebuildState.Phase phase, long start, String message) {
        state = at(phase, state.rows(), start, message);
    }

    /** Called by the one thread that runs the rebuild. */
    private RebuildState at(RebuildState.Phase phase, long rows, long start, String message) {
        return new RebuildState(phase, rows, origin.sizes().stockRows(), millis(start), message);
    }

    private long millis(long start) {
        return TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - start);
    }
}
