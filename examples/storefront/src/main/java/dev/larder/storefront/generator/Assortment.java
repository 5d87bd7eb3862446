package dev.larder.storefront.generator;

import dev.larder.storefront.catalogue.Category;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Stock;
import dev.larder.storefront.catalogue.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A whole retailer from a seed. Popularity is skewed as in real shops: the product of rank r is viewed r⁻ˢ times as often
 * as the first (Zipf, s = 0.9), and what is popular is stocked deeper. Immutable once made.
 */
public final class Assortment {
    /** Of the data that everybody sees. */
    public static final long SEED = 20_260_701L;

    private static final long FIRST_ARTICLE = 1_000_003;
    private static final long ARTICLE_STEP = 37;
    private static final double SKEW = 0.9;
    private static final double MOST_VIEWS = 250_000;
    /** One stock in so many is empty. */
    private static final int EMPTY_ONE_IN = 9;

    private final Sizes sizes;
    private final long seed;
    private final List<Category> categories = new ArrayList<>();
    private final List<Store> stores;
    private final List<Product> products = new ArrayList<>();
    private final int[] rankOf;

    public Assortment(Sizes sizes, long seed) {
        this.sizes = sizes;
        this.seed = seed;
        stores = Vocabulary.stores(sizes.stores());
        List<Leaf> leaves = Vocabulary.leaves();
        addProducts(leaves, addCategories(leaves));
        rankOf = ranks(sizes.products(), seed);
    }

    public Sizes sizes() {
        return sizes;
    }

    /** Parents before their children; counts of products are left at 0. */
    public List<Category> categories() {
        return Collections.unmodifiableList(categories);
    }

    public List<Store> stores() {
        return stores;
    }

    /** In the order of the article numbers. */
    public List<Product> products() {
        return Collections.unmodifiableList(products);
    }

    /** How often the product at {@code index} of {@link #products()} was viewed before the shop opened. */
    public long views(int index) {
        return Math.round(MOST_VIEWS * Math.pow(rankOf[index] + 1.0, -SKEW));
    }

    /** The stocks of the product at {@code index}, one for each store, in the order of the stores. */
    public Stock[] stocks(int index) {
        SplittableRandom random = new SplittableRandom(seed * 31 + index);
        int deepest = 4 + (int) (160 * Math.pow(rankOf[index] + 1.0, -0.25));
        Stock[] stocks = new Stock[sizes.stores()];
        for (int store = 0; store < stocks.length; store++) {
            boolean empty = random.nextInt(EMPTY_ONE_IN) == 0;
            int quantity = empty ? 0 : 1 + random.nextInt(deepest);
            stocks[store] = new Stock(quantity, quantity < 3 ? deepest / 2 : 0);
        }
        return stocks;
    }

    /** Fills {@link #categories}; returns the id of each leaf. */
    private List<Long> addCategories(List<Leaf> leaves) {
        Map<String, Long> departments = new LinkedHashMap<>();
        Map<String, Long> groups = new LinkedHashMap<>();
        List<Long> ids = new ArrayList<>();
        for (Leaf leaf : leaves) {
            long department = departments.computeIfAbsent(leaf.department(), name -> add(0, 1, name));
            long group = groups.computeIfAbsent(
                    leaf.department() + '|' + leaf.group(), key -> add(department, 2, leaf.group()));
            ids.add(add(group, Category.LEAF_LEVEL, leaf.name()));
        }
        return ids;
    }

    private long add(long parent, int level, String name) {
        long id = categories.size() + 1L;
        categories.add(new Category(id, parent, level, name, 0));
        return id;
    }

    /** Deals the products out to the leaves in turn, so that article numbers tell nothing about categories. */
    private void addProducts(List<Leaf> leaves, List<Long> ids) {
        List<List<Leaf.Article>> articles =
                leaves.stream().map(leaf -> leaf.articles(seed)).toList();
        SplittableRandom random = new SplittableRandom(seed);
        for (int index = 0; index < sizes.products(); index++) {
            int at = index % leaves.size();
            Leaf leaf = leaves.get(at);
            List<Leaf.Article> choice = articles.get(at);
            int round = index / leaves.size();
            Leaf.Article article = choice.get(round % choice.size());
            int pack = round / choice.size() + 1;
            products.add(new Product(
                    FIRST_ARTICLE + ARTICLE_STEP * index,
                    leaf.unit(),
                    pack == 1 ? article.name() : article.name() + ", pack of " + pack,
                    article.brand(),
                    ids.get(at),
                    leaf.priceCents(article.sizeRank(), random.nextDouble()) * pack,
                    1));
        }
    }

    private static int[] ranks(int count, long seed) {
        List<Integer> order = new ArrayList<>(count);
        for (int rank = 0; rank < count; rank++) {
            order.add(rank);
        }
        Collections.shuffle(order, new Random(seed));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }
}
