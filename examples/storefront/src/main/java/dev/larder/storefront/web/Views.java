package dev.larder.storefront.web;

import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.shop.StoreStock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Data as the templates show it: formatted, and not yet escaped, which the templates do. */
final class Views {
    private static final int HUES = 12;
    private static final int LOW = 5;
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("EA", "piece"),
            Map.entry("PK", "pack"),
            Map.entry("BX", "box"),
            Map.entry("BG", "bag"),
            Map.entry("BT", "bottle"),
            Map.entry("JR", "jar"),
            Map.entry("TN", "tin"),
            Map.entry("M2", "m²"),
            Map.entry("RL", "roll"));

    private Views() {}

    /** A product as pages show it. */
    record ProductView(
            long article,
            String name,
            String brand,
            String unit,
            String unitName,
            String price,
            String plainPrice,
            int version,
            int hue,
            String initials) {
        static ProductView of(Product product) {
            String plain = decimal(product.priceCents());
            return new ProductView(
                    product.article(),
                    product.name(),
                    product.brand(),
                    product.unit(),
                    UNITS.getOrDefault(product.unit(), product.unit()),
                    "€\u00a0" + plain,
                    plain,
                    product.version(),
                    (int) (product.category() % HUES),
                    monogram(product));
        }
    }

    /** A product and how often it was viewed. */
    record RankedView(int rank, ProductView product, String views) {}

    /** One store's cell on a product page; {@code level} is {@code none}, {@code low} or {@code good}. */
    record StockCell(int store, String town, int quantity, int onOrder, String level) {
        static StockCell of(StoreStock stock) {
            int quantity = stock.stock().quantity();
            String level = quantity == 0 ? "none" : quantity < LOW ? "low" : "good";
            return new StockCell(
                    stock.store().code(),
                    stock.store().town(),
                    quantity,
                    stock.stock().onOrder(),
                    level);
        }
    }

    /** The stores of one region. */
    record Region(String name, List<StockCell> cells) {}

    /** The stock of a product in all stores. */
    record StockView(String units, int storesWithStock, int stores, List<Region> regions) {
        static StockView of(List<StoreStock> stocks) {
            Map<String, List<StockCell>> regions = new LinkedHashMap<>();
            long units = 0;
            int withStock = 0;
            for (StoreStock stock : stocks) {
                StockCell cell = StockCell.of(stock);
                units += cell.quantity();
                withStock += cell.quantity() > 0 ? 1 : 0;
                regions.computeIfAbsent(stock.store().region(), name -> new ArrayList<>())
                        .add(cell);
            }
            List<Region> grouped = new ArrayList<>();
            regions.forEach((name, cells) -> grouped.add(new Region(name, cells)));
            return new StockView(count(units), withStock, stocks.size(), grouped);
        }
    }

    static List<ProductView> products(List<Product> products) {
        return products.stream().map(ProductView::of).toList();
    }

    /** 1870000 as 1,870,000. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String decimal(long cents) {
        return cents / 100 + "." + (cents % 100 < 10 ? "0" : "") + cents % 100;
    }

    /** Two letters of what it is, behind its brand: its picture, as there are no pictures. */
    private static String monogram(Product product) {
        String thing = product.name().startsWith(product.brand() + " ")
                ? product.name().substring(product.brand().length() + 1)
                : product.name();
        StringBuilder initials = new StringBuilder();
        for (String word : thing.split("[\\s-]+", -1)) {
            if (!word.isEmpty() && Character.isLetter(word.charAt(0)) && initials.length() < 2) {
                initials.append(Character.toUpperCase(word.charAt(0)));
            }
        }
        return initials.isEmpty() ? "#" : initials.toString();
    }
}
