package dev.larder.storefront.generator;

import dev.larder.storefront.catalogue.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The words the data is made of, read from {@code assortment.txt} and {@code towns.txt} beside this class. */
final class Vocabulary {
    private Vocabulary() {}

    /** Every category that products stand in, in the order of the file. */
    static List<Leaf> leaves() {
        List<Leaf> leaves = new ArrayList<>();
        String department = "";
        List<String> brands = List.of();
        String group = "";
        for (String line : lines("assortment.txt")) {
            if (line.startsWith("= ")) {
                List<String> parts = split(line.substring(2), "\\|");
                department = parts.get(0);
                brands = split(parts.get(1), ",");
            } else if (line.startsWith("- ")) {
                group = line.substring(2);
            } else {
                List<String> parts = split(line, "\\|");
                leaves.add(new Leaf(
                        department,
                        group,
                        parts.get(0),
                        brands,
                        split(parts.get(1), ","),
                        split(parts.get(2), ","),
                        split(parts.get(3), ","),
                        parts.get(4),
                        Integer.parseInt(parts.get(5)),
                        Integer.parseInt(parts.get(6))));
            }
        }
        return leaves;
    }

    /** {@code count} stores, region by region in turn; towns have a second store once each has one. */
    static List<Store> stores(int count) {
        List<List<String>> regions =
                lines("towns.txt").stream().map(line -> split(line, "[:,]")).toList();
        int towns = regions.getFirst().size() - 1;
        List<Store> stores = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            List<String> region = regions.get(index % regions.size());
            int round = index / regions.size();
            String town = region.get(1 + round % towns);
            int again = round / towns + 1;
            stores.add(new Store(index + 1, again == 1 ? town : town + " " + again, region.getFirst()));
        }
        return stores;
    }

    private static List<String> split(String text, String separator) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(separator, -1)) {
            parts.add(part.strip());
        }
        return parts;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Vocabulary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource '" + resource + "' is missing from the program's jar");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
