package dev.larder.storefront.web;

import dev.larder.storefront.catalogue.EditConflictException;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Stock;
import dev.larder.storefront.catalogue.StockKey;
import dev.larder.storefront.shop.Shop;
import java.util.Map;

/** The forms that change a product or its stock. Thread-safe. */
final class EditPages {
    private final Shop shop;
    private final BrowsePages browse;

    EditPages(Shop shop, BrowsePages browse) {
        this.shop = shop;
        this.browse = browse;
    }

    /** Changes name and price; whoever edited an older version is shown the newest instead. */
    Response product(Request request, String text, Panel panel) {
        Product product = existing(text);
        Map<String, String> form = request.form();
        String name = Input.line(form, "name", Input.MAX_NAME);
        long cents = Input.cents(form, "price");
        int version = Input.number(form, "version", 1, Integer.MAX_VALUE);
        if (version != product.version()) {
            return conflict(product, panel);
        }
        try {
            shop.save(product.edited(name, cents));
        } catch (EditConflictException e) {
            return conflict(existing(text), panel);
        }
        return Response.seeOther("/product/" + product.article() + "?saved");
    }

    /** Changes what one store has. */
    Response stock(Request request, String text) {
        Product product = existing(text);
        int store = Input.number(request.form(), "store", 1, Integer.MAX_VALUE);
        int quantity = Input.number(request.form(), "quantity", 0, Input.MAX_QUANTITY);
        if (shop.stores().find(store) == null) {
            throw HttpFailure.notFound("There is no store " + store + ".");
        }
        try {
            shop.save(new StockKey(product.article(), product.unit(), store), new Stock(quantity, 0));
        } catch (EditConflictException e) {
            throw HttpFailure.notFound("Store " + store + " does not keep article " + product.article() + ".");
        }
        return Response.seeOther("/product/" + product.article() + "?saved#store-" + store);
    }

    private Response conflict(Product newest, Panel panel) {
        String news = "Not saved: somebody changed this product after your form was made. This is how it is now.";
        return Response.html(409, browse.productPage(newest, news, panel));
    }

    private Product existing(String text) {
        long article = Input.id("An article number", text);
        Product product = shop.product(article);
        if (product == null) {
            throw HttpFailure.notFound("There is no article " + article + ".");
        }
        return product;
    }
}
