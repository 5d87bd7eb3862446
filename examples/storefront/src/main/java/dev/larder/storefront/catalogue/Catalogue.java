package dev.larder.storefront.catalogue;

import dev.larder.storefront.sql.Row;
import dev.larder.storefront.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Products, categories and stores in the database: the origin of what the shop caches. Each call is one statement where
 * nothing else is said. Thread-safe; blocks.
 */
public final class Catalogue {
    private static final String PRODUCT =
            "SELECT article, unit, name, brand, category, price_cents, version FROM product";
    private static final Row<Product> AS_PRODUCT = row -> new Product(
            row.getLong(1),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getLong(5),
            row.getLong(6),
            row.getInt(7));
    /** How many words of a query are looked for. */
    private static final int MAX_WORDS = 5;

    private final Sql sql;

    public Catalogue(Sql sql) {
        this.sql = sql;
    }

    public @Nullable Product product(long article) throws SQLException {
        return sql.first(PRODUCT + " WHERE article = ?", AS_PRODUCT, article);
    }

    /** The products of {@code articles} that exist. */
    public Map<Long, Product> products(Collection<? extends Long> articles) throws SQLException {
        Map<Long, Product> found = new LinkedHashMap<>();
        if (!articles.isEmpty()) {
            String statement = PRODUCT + " WHERE article IN (" + Sql.marks(articles.size()) + ")";
            sql.query(statement, AS_PRODUCT, articles.toArray())
                    .forEach(product -> found.put(product.article(), product));
        }
        return found;
    }

    /** The next {@code limit} products behind {@code article}, in the order of their numbers. */
    public List<Product> productsAfter(long article, int limit) throws SQLException {
        return sql.query(PRODUCT + " WHERE article > ? ORDER BY article LIMIT " + limit, AS_PRODUCT, article);
    }

    /**
     * Writes a product that was {@linkplain Product#edited edited}.
     *
     * @throws EditConflictException if the database does not have the version that was edited
     */
    public void save(Product product) throws SQLException, EditConflictException {
        int changed = sql.update(
                "UPDATE product SET name = ?, price_cents = ?, version = ?, search_text = ?"
                        + " WHERE article = ? AND version = ?",
                product.name(),
                product.priceCents(),
                product.version(),
                searchText(product),
                product.article(),
                product.version() - 1);
        if (changed == 0) {
            throw new EditConflictException("product " + product.article()
                    + " has been changed since it was read at version " + (product.version() - 1));
        }
    }

    public CategoryTree categories() throws SQLException {
        Map<Long, Integer> counts = new HashMap<>();
        sql.query(
                        "SELECT category, COUNT(*) FROM product GROUP BY category",
                        row -> Map.entry(row.getLong(1), row.getInt(2)))
                .forEach(count -> counts.put(count.getKey(), count.getValue()));
        List<Category> bottomUp = sql.query(
                "SELECT id, parent, level, name FROM category ORDER BY level DESC, id",
                row -> new Category(row.getLong(1), row.getLong(2), row.getInt(3), row.getString(4), 0));
        List<Category> counted = new ArrayList<>(bottomUp.size());
        for (Category category : bottomUp) {
            int products = counts.getOrDefault(category.id(), 0);
            counts.merge(category.parent(), products, Integer::sum);
            counted.add(new Category(category.id(), category.parent(), category.level(), category.name(), products));
        }
        counted.sort((a, b) -> Long.compare(a.id(), b.id()));
        return new CategoryTree(counted);
    }

    public Stores stores() throws SQLException {
        return new Stores(sql.query(
                "SELECT code, town, region FROM store ORDER BY code",
                row -> new Store(row.getInt(1), row.getString(2), row.getString(3))));
    }

    /** What stands in {@code category}, most viewed first. */
    public Articles inCategory(long category, int limit) throws SQLException {
        List<Long> numbers = sql.query(
                "SELECT p.article FROM product p JOIN product_view v ON v.article = p.article WHERE p.category = ?"
                        + " ORDER BY v.views DESC, p.article LIMIT " + (limit + 1),
                row -> row.getLong(1),
                category);
        return cut(numbers, limit);
    }

    /** The articles whose number, name or brand has every word of {@code text}. */
    public Articles search(String text, int limit) throws SQLException {
        List<Object> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("\\s+", -1)) {
            if (!word.isEmpty() && words.size() < MAX_WORDS) {
                words.add("%" + word.replaceAll("([!%_])", "!$1") + "%");
            }
        }
        if (words.isEmpty()) {
            return new Articles(List.of(), false);
        }
        String like = "search_text LIKE ? ESCAPE '!'";
        String statement = "SELECT article FROM product WHERE " + like + (" AND " + like).repeat(words.size() - 1)
                + " ORDER BY name, article LIMIT " + (limit + 1);
        return cut(sql.query(statement, row -> row.getLong(1), words.toArray()), limit);
    }

    /** The text that a search looks at. */
    public static String searchText(Product product) {
        return (product.article() + " " + product.name() + " " + product.brand()).toLowerCase(Locale.ROOT);
    }

    private static Articles cut(List<Long> numbers, int limit) {
        boolean more = numbers.size() > limit;
        return new Articles(more ? numbers.subList(0, limit) : numbers, more);
    }
}
