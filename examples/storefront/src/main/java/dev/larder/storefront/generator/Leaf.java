package dev.larder.storefront.generator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A category that products stand in, with the words that their names are put together from. Immutable. */
record Leaf(
        String department,
        String group,
        String name,
        List<String> brands,
        List<String> things,
        List<String> variants,
        List<String> sizes,
        String unit,
        int lowestCents,
        int highestCents) {
    /** Brand and name of a product still without a number. */
    record Article(String brand, String name, int sizeRank) {}

    /** All articles that its words make, in an order that depends on {@code seed}. */
    List<Article> articles(long seed) {
        List<Article> articles = new ArrayList<>();
        for (String brand : brands) {
            for (String thing : things) {
                for (String variant : variants) {
                    for (int size = 0; size < sizes.size(); size++) {
                        articles.add(
                                new Article(brand, brand + " " + thing + " " + variant + ", " + sizes.get(size), size));
                    }
                }
            }
        }
        Collections.shuffle(articles, new Random(seed ^ name.hashCode()));
        return articles;
    }

    /** A price that grows with the size and ends in 9, as shop prices do. */
    long priceCents(int sizeRank, double chance) {
        double share = (sizeRank + chance) / sizes.size();
        double cents = lowestCents * Math.pow((double) highestCents / lowestCents, share);
        long step = cents < 1_000 ? 10 : 100;
        return Math.max(step, Math.round(cents / step) * step) - 1;
    }
}
