package dev.larder.storefront.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storefront.catalogue.Catalogue;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.sql.Sql;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopDatabaseTest {
    private static final Sizes SIZES = new Sizes(30, 4);

    @TempDir
    Path directory;

    @Test
    void newDatabaseHoldsEveryRow() throws SQLException {
        List<String> steps = new ArrayList<>();

        try (ShopDatabase database =
                ShopDatabase.open(place(), SIZES, (step, done, total) -> steps.add(step + " " + done + "/" + total))) {
            Sql sql = new Sql(database.dataSource());
            assertThat(sql.number("SELECT COUNT(*) FROM product")).isEqualTo(30);
            assertThat(sql.number("SELECT COUNT(*) FROM stock")).isEqualTo(120);
            assertThat(sql.number("SELECT COUNT(*) FROM store")).isEqualTo(4);
        }
        assertThat(steps).contains("Products 30/30", "Stock 120/120", "Indexes 3/3");
    }

    @Test
    void secondStartKeepsWhatWasChangedAndFillsNothing() throws Exception {
        long article;
        try (ShopDatabase database = open(SIZES)) {
            Catalogue catalogue = new Catalogue(new Sql(database.dataSource()));
            Product product = catalogue.productsAfter(0, 1).getFirst();
            article = product.article();
            catalogue.save(product.edited("A new name", 123));
        }

        List<String> steps = new ArrayList<>();
        try (ShopDatabase database = ShopDatabase.open(place(), null, (step, done, total) -> steps.add(step))) {
            Product found = new Catalogue(new Sql(database.dataSource())).product(article);
            assertThat(found).extracting(Product::name).isEqualTo("A new name");
            assertThat(database.sizes()).isEqualTo(SIZES);
        }
        assertThat(steps).isEmpty();
    }

    @Test
    void halfWrittenDatabaseIsMadeAgain() throws SQLException {
        open(SIZES).close();
        change("DELETE FROM larder_demo.property WHERE name = 'complete'", "DELETE FROM larder_demo.stock");

        try (ShopDatabase database = open(SIZES)) {
            assertThat(new Sql(database.dataSource()).number("SELECT COUNT(*) FROM stock"))
                    .isEqualTo(120);
        }
    }

    @Test
    void databaseThatHasOnlyItsSchemaIsMadeAgain() throws SQLException {
        change("CREATE SCHEMA larder_demo");

        open(SIZES).close();
    }

    @Test
    void emptyFileIsFilled() throws Exception {
        Files.createFile(directory.resolve("shop.mv.db"));

        open(SIZES).close();
    }

    @Test
    void foreignDatabaseIsRefusedAndKept() throws SQLException {
        change("CREATE TABLE letters (id INT)", "INSERT INTO letters VALUES (1)");

        refused(null, "holds tables that are not the shop's; name another directory with --data");
        assertThat(count("SELECT COUNT(*) FROM letters")).isEqualTo(1);
    }

    @Test
    void fileThatIsNoDatabaseIsRefusedAndKept() throws Exception {
        byte[] noise = new byte[50_000];
        new Random(1).nextBytes(noise);
        Files.write(directory.resolve("shop.mv.db"), noise);

        refused(null, "is damaged or not a database; delete it");
        assertThat(directory.resolve("shop.mv.db")).hasBinaryContent(noise);
    }

    @Test
    void damagedFileIsNeverServedWithRowsMissing() throws Exception {
        open(new Sizes(2_000, 20)).close();
        Path file = directory.resolve("shop.mv.db");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate((int) channel.size() / 2), channel.size() / 4);
        }

        try (ShopDatabase database = open(null)) {
            assertThat(new Sql(database.dataSource()).number("SELECT COUNT(*) FROM stock"))
                    .isEqualTo(database.sizes().stockRows());
        } catch (DatabaseException e) {
            assertThat(e).hasMessageContaining(file.toString()).hasMessageContaining("--data");
        }
    }

    @Test
    void newerTablesAreRefused() throws SQLException {
        open(SIZES).close();
        change("UPDATE larder_demo.property SET content = '2' WHERE name = 'schema-version'");

        refused(null, "has version 2 of the shop's tables, but this program knows version 1; delete it");
    }

    @Test
    void missingRowsAreRefused() throws SQLException {
        open(SIZES).close();
        change("DELETE FROM larder_demo.stock WHERE store = 2");

        refused(null, "is damaged: the table stock has 90 rows and should have 120");
    }

    @Test
    void otherSizesThanAskedForAreRefused() {
        open(SIZES).close();

        refused(new Sizes(31, 4), "holds 30 products and 4 stores, but 31 and 4 were asked for");
    }

    @Test
    void databaseInUseIsRefused() throws SQLException {
        open(SIZES).close();
        // Another process would hold the file's lock; within this one a second user with another password stands for
        // it.
        change("CREATE USER other PASSWORD 'x' ADMIN", "ALTER USER sa SET PASSWORD 'changed'");

        refused(null, "belongs to another program");
    }

    @Test
    void directoryThatIsAFileIsRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> ShopDatabase.open(DatabasePlace.in(file), SIZES, Progress.silent()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("--data");
    }

    @Test
    void sharedDatabaseShowsEachOthersChanges() throws Exception {
        try (ShopDatabase first = open(SIZES);
                ShopDatabase second = ShopDatabase.open(DatabasePlace.at(first.share()), null, Progress.silent())) {
            Product product = new Catalogue(new Sql(first.dataSource()))
                    .productsAfter(0, 1)
                    .getFirst();
            new Catalogue(new Sql(second.dataSource())).save(product.edited("Changed by the second", 1));

            assertThat(new Catalogue(new Sql(first.dataSource())).product(product.article()))
                    .extracting(Product::name)
                    .isEqualTo("Changed by the second");
        }
    }

    @Test
    void sharedDatabaseIsClosedToThoseWithoutItsKey() {
        try (ShopDatabase first = open(SIZES)) {
            String url = first.share();
            String wrong = url.substring(0, url.lastIndexOf('/') + 1) + directory.resolve("shop");

            assertThatThrownBy(() -> ShopDatabase.open(DatabasePlace.at(wrong), null, Progress.silent()))
                    .isInstanceOf(DatabaseException.class);
        }
    }

    @Test
    void urlOfAnotherKindIsRefusedWithoutItsSecrets() {
        assertThatThrownBy(() -> DatabasePlace.at("jdbc:mysql://me:secret@host/x?password=secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:postgresql://host/name")
                .hasMessageNotContaining("secret");
    }

    private void refused(@Nullable Sizes wanted, String because) {
        assertThatThrownBy(() -> open(wanted).close())
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(directory.resolve("shop.mv.db").toString())
                .hasMessageContaining(because);
    }

    private ShopDatabase open(@Nullable Sizes sizes) {
        return ShopDatabase.open(place(), sizes, Progress.silent());
    }

    private DatabasePlace place() {
        return DatabasePlace.in(directory);
    }

    private void change(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    private long count(String text) throws SQLException {
        try (Connection connection = connect()) {
            return Sql.query(connection, text, row -> row.getLong(1)).getFirst();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + directory.resolve("shop"), "sa", "");
    }
}
