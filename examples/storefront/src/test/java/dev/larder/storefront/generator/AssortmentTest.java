package dev.larder.storefront.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storefront.catalogue.Category;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Store;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssortmentTest {
    private static final Assortment FULL = new Assortment(Sizes.FULL, Assortment.SEED);

    @Test
    void fullSizesAreThoseOfTheExample() {
        assertThat(FULL.products()).hasSize(11_000);
        assertThat(FULL.stores()).hasSize(170);
        assertThat(FULL.sizes().stockRows()).isEqualTo(1_870_000);
    }

    @Test
    void sameSeedMakesTheSameData() {
        Assortment again = new Assortment(Sizes.FULL, Assortment.SEED);

        assertThat(again.products()).isEqualTo(FULL.products());
        assertThat(again.stores()).isEqualTo(FULL.stores());
        assertThat(again.stocks(4_711)).isEqualTo(FULL.stocks(4_711));
        assertThat(again.views(4_711)).isEqualTo(FULL.views(4_711));
    }

    @Test
    void otherSeedMakesOtherData() {
        assertThat(new Assortment(Sizes.FULL, 1).products()).isNotEqualTo(FULL.products());
    }

    @Test
    void articleNumbersAndNamesAreUnique() {
        Set<Long> numbers = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (Product product : FULL.products()) {
            assertThat(numbers.add(product.article())).isTrue();
            assertThat(names.add(product.name())).as(product.name()).isTrue();
        }
    }

    @Test
    void townsAreUnique() {
        assertThat(FULL.stores().stream().map(Store::town)).doesNotHaveDuplicates();
    }

    @Test
    void categoriesAreThreeDeepAndProductsStandAtTheBottom() {
        Map<Long, Integer> levels = new HashMap<>();
        levels.put(0L, 0);
        for (Category category : FULL.categories()) {
            assertThat(levels).containsEntry(category.parent(), category.level() - 1);
            levels.put(category.id(), category.level());
        }

        assertThat(FULL.products()).allSatisfy(product -> assertThat(levels).containsEntry(product.category(), 3));
    }

    @Test
    void aTenthOfTheProductsHasMostOfTheViews() {
        long[] views =
                IntStream.range(0, 11_000).mapToLong(FULL::views).sorted().toArray();

        long all = Arrays.stream(views).sum();
        long tenth = Arrays.stream(views, 9_900, 11_000).sum();
        assertThat((double) tenth / all).isBetween(0.6, 0.95);
    }

    @Test
    void someStocksAreEmptyAndNoneIsNegative() {
        List<Integer> quantities = IntStream.range(0, 50)
                .boxed()
                .flatMap(index -> Arrays.stream(FULL.stocks(index)))
                .map(stock -> stock.quantity())
                .toList();

        assertThat(quantities).allMatch(quantity -> quantity >= 0).contains(0);
    }

    @Test
    void namesGoOnWhereTheWordsAreUsedUp() {
        Assortment large = new Assortment(new Sizes(60_000, 1), Assortment.SEED);

        assertThat(large.products().stream().map(Product::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"0,1,products", "-1,1,products", "200001,1,products", "1,0,stores", "1,-5,stores", "1,2001,stores"})
    void sizesOutOfRangeAreRefusedByName(int products, int stores, String named) {
        assertThatThrownBy(() -> new Sizes(products, stores))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named + " must be within 1…");
    }
}
