package dev.larder.storefront.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storefront.TestShop;
import dev.larder.storefront.shop.Strategy;
import dev.larder.storefront.sql.Sql;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresTest {
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void forget() throws SQLException {
        change("DROP SCHEMA IF EXISTS larder_demo CASCADE");
    }

    @Test
    void shopRunsOnPostgres() {
        try (TestShop shop = TestShop.open(place(), List.of("memory:16MiB"), Strategy.WRITE_THROUGH)) {
            String product = "/product/" + TestShop.ARTICLE;
            shop.post(product + "/stock", Map.of("store", "3", "quantity", "777"));
            shop.post(product + "/edit", Map.of("name", "Changed in PostgreSQL", "price", "1.50", "version", "1"));

            assertThat(shop.page(product)).contains("Changed in PostgreSQL").contains("1.50");
            assertThat(TestShop.stockOf(shop.page(product), 3)).isEqualTo(777);
            assertThat(shop.page("/search?q=in+postgresql")).contains("Changed in PostgreSQL");
            assertThat(shop.page("/top")).contains("viewed most");
            assertThat(shop.page("/category/3")).contains(Long.toString(TestShop.ARTICLE));
            assertThat(shop.sqlOf(product)).isZero();
        }
        try (TestShop again = TestShop.open(place(), List.of("memory:16MiB"), Strategy.LAZY)) {
            assertThat(again.page("/product/" + TestShop.ARTICLE)).contains("Changed in PostgreSQL");
        }
    }

    @Test
    void secondStartFillsNothing() {
        ShopDatabase.open(place(), TestShop.SIZES, Progress.silent()).close();

        List<String> steps = new ArrayList<>();
        try (ShopDatabase database = ShopDatabase.open(place(), null, (step, done, total) -> steps.add(step))) {
            assertThat(database.sizes()).isEqualTo(TestShop.SIZES);
        }
        assertThat(steps).isEmpty();
    }

    @Test
    void halfWrittenSchemaIsMadeAgain() throws SQLException {
        ShopDatabase.open(place(), TestShop.SIZES, Progress.silent()).close();
        change("DELETE FROM larder_demo.property WHERE name = 'complete'");
        change("DELETE FROM larder_demo.stock");

        try (ShopDatabase database = ShopDatabase.open(place(), TestShop.SIZES, Progress.silent())) {
            assertThat(new Sql(database.dataSource()).number("SELECT COUNT(*) FROM stock"))
                    .isEqualTo(TestShop.SIZES.stockRows());
        }
    }

    @Test
    void tablesOfOthersAreLeftAlone() throws SQLException {
        change("CREATE TABLE IF NOT EXISTS letters (id INT)");

        ShopDatabase.open(place(), TestShop.SIZES, Progress.silent()).close();

        change("INSERT INTO letters VALUES (1)");
    }

    @Test
    void missingRowsAreRefused() throws SQLException {
        ShopDatabase.open(place(), TestShop.SIZES, Progress.silent()).close();
        change("DELETE FROM larder_demo.product_view");

        assertThatThrownBy(() -> ShopDatabase.open(place(), null, Progress.silent()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("the table product_view has 0 rows and should have 240")
                .hasMessageContaining("drop its schema 'larder_demo'");
    }

    @Test
    void serverThatIsAwayIsRefusedWithoutSecrets() {
        DatabasePlace away = DatabasePlace.at("jdbc:postgresql://127.0.0.1:1/shop?user=me&password=secret");

        assertThatThrownBy(() -> ShopDatabase.open(away, null, Progress.silent()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/shop cannot be used")
                .hasMessageNotContaining("secret");
    }

    private static DatabasePlace place() {
        return DatabasePlace.at(postgres.getJdbcUrl("postgres", "postgres"));
    }

    private static void change(String statement) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            Sql.update(connection, statement);
        }
    }
}
