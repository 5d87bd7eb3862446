package dev.larder.storefront.web;

import dev.larder.storefront.catalogue.Articles;
import dev.larder.storefront.catalogue.Category;
import dev.larder.storefront.catalogue.CategoryTree;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.TopViewed;
import dev.larder.storefront.shop.Shop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pages that shoppers read. Thread-safe. */
final class BrowsePages {
    private static final int ON_HOME = 12;

    private final Shop shop;
    private final Pages pages;

    BrowsePages(Shop shop, Pages pages) {
        this.shop = shop;
        this.pages = pages;
    }

    /** A department of the home page. */
    record Department(Category category, List<Category> below, int hue) {}

    Response home(Panel panel) {
        CategoryTree tree = shop.categories();
        List<Department> departments = tree.below(0).stream()
                .map(category -> new Department(category, tree.below(category.id()), (int) (category.id() % 12)))
                .toList();
        List<Views.RankedView> favourites = ranked(ON_HOME);
        return Response.html(
                200, pages.render("home", panel, Map.of("departments", departments, "favourites", favourites)));
    }

    Response category(String text, Panel panel) {
        long id = Input.id("A category", text);
        CategoryTree tree = shop.categories();
        List<Category> trail = tree.path(id);
        if (trail.isEmpty()) {
            throw HttpFailure.notFound("There is no category " + id + ".");
        }
        Category category = trail.getLast();
        Map<String, Object> model = new HashMap<>();
        model.put("category", category);
        model.put("above", trail.subList(0, trail.size() - 1));
        model.put("below", tree.below(id));
        Map<Long, List<Category>> belowThat = new HashMap<>();
        tree.below(id).forEach(child -> belowThat.put(child.id(), tree.below(child.id())));
        model.put("belowThat", belowThat);
        Articles listed = category.isLeaf() ? shop.inCategory(id) : new Articles(List.of(), false);
        model.put("products", Views.products(shop.products(listed.numbers())));
        model.put("more", listed.more());
        model.put("path", "/category/" + id);
        return Response.html(200, pages.render("category", panel, model));
    }

    Response product(Request request, String text, Panel panel) {
        long article = Input.id("An article number", text);
        Product product = shop.product(article);
        if (product == null) {
            throw HttpFailure.notFound("There is no article " + article + ".");
        }
        shop.viewed(product);
        return Response.html(200, productPage(product, request.query().containsKey("saved") ? "Saved." : "", panel));
    }

    /** The product page with a line of news above it, such as that a change was saved. */
    String productPage(Product product, String news, Panel panel) {
        Map<String, Object> model = new HashMap<>();
        model.put("product", Views.ProductView.of(product));
        model.put("trail", shop.categories().path(product.category()));
        model.put("stock", Views.StockView.of(shop.stock(product)));
        model.put("news", news);
        model.put("path", "/product/" + product.article());
        return pages.render("product", panel, model);
    }

    Response search(Request request, Panel panel) {
        String words = Input.search(request.query());
        Articles found = shop.search(words);
        Map<String, Object> model = new HashMap<>();
        model.put("words", words);
        model.put("products", Views.products(shop.products(found.numbers())));
        model.put("more", found.more());
        return Response.html(200, pages.render("search", panel, model));
    }

    Response top(Panel panel) {
        return Response.html(
                200, pages.render("top", panel, Map.of("ranked", ranked(TopViewed.LENGTH), "path", "/top")));
    }

    private List<Views.RankedView> ranked(int most) {
        List<TopViewed.Viewed> top = shop.top().products();
        List<TopViewed.Viewed> shown = top.subList(0, Math.min(most, top.size()));
        Map<Long, Product> products = new HashMap<>();
        shop.products(shown.stream().map(TopViewed.Viewed::article).toList())
                .forEach(product -> products.put(product.article(), product));
        List<Views.RankedView> ranked = new ArrayList<>();
        for (TopViewed.Viewed viewed : shown) {
            Product product = products.get(viewed.article());
            if (product != null) {
                ranked.add(new Views.RankedView(
                        ranked.size() + 1, Views.ProductView.of(product), Views.count(viewed.views())));
            }
        }
        return ranked;
    }
}
