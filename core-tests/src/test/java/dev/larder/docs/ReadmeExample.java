package dev.larder.docs;

import dev.larder.Cache;
import dev.larder.Larder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The example of README.md, between its two marks; {@link ReadmeTest} holds both to be the same. */
final class ReadmeExample {
    /** What the example caches. */
    record Product(long id, String name, int priceCents) {}

    /** The example's system of record. */
    static final class Catalogue {
        final Map<Long, Product> rows = new ConcurrentHashMap<>();

        @Nullable Product product(Long id) {
            return rows.get(id);
        }

        void save(Long id, Product product) {
            rows.put(id, product);
        }

        Stream<Product> stream() {
            return rows.values().stream();
        }
    }

    private ReadmeExample() {}

    static Larder run(Catalogue catalogue) {
        // example begins
        Larder larder = Larder.inProcess(); // or Larder.open("memory:256MiB", "redis://cache:6379")

        Cache<Long, Product> products = larder.cache("products", Long.class, Product.class)
                .timeToLive(Duration.ofHours(1)) // fresh for an hour, less a random tenth at most
                .staleWhileRevalidate(Duration.ofMinutes(5)) // then served 5 minutes more while one load renews it
                .staleIfError(Duration.ofHours(6)) // and up to 6 hours if loads fail
                .loader(catalogue::product) // lazy loading: one load per key, however many ask
                .writer(catalogue::save) // write-through: the database first, then the cache
                .build();

        products.get(17L); // the value; null if the catalogue has none
        products.put(17L, new Product(17, "Oat milk, 1 l", 249));
        products.remove(17L); // no later get returns what was loaded before
        products.rebuild(catalogue.stream(), Product::id); // readers see the old content until the new is whole
        // example ends
        return larder;
    }
}
