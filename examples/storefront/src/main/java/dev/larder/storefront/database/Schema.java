package dev.larder.storefront.database;

import java.util.List;

/**
 * The tables, in the SQL that H2 and PostgreSQL share. {@code property} is made first and tells later starts what they
 * found; its row {@code complete} is written last, after every other row.
 */
final class Schema {
    static final String NAME = "larder_demo";
    static final int VERSION = 1;

    /** Property: the version of these tables. */
    static final String SCHEMA_VERSION = "schema-version";
    /** Property: present once every row is written. */
    static final String COMPLETE = "complete";
    /** Property: how many products were written. */
    static final String PRODUCTS = "products";
    /** Property: how many stores were written. */
    static final String STORES = "stores";

    static final String MARKER = """
            CREATE TABLE property (
              name VARCHAR(40) PRIMARY KEY,
              content VARCHAR(200) NOT NULL)""";

    static final List<String> TABLES = List.of("""
            CREATE TABLE category (
              id BIGINT PRIMARY KEY,
              parent BIGINT NOT NULL,
              level INT NOT NULL CHECK (level BETWEEN 1 AND 3),
              name VARCHAR(80) NOT NULL)""", """
            CREATE TABLE store (
              code INT PRIMARY KEY,
              town VARCHAR(80) NOT NULL,
              region VARCHAR(40) NOT NULL)""", """
            CREATE TABLE product (
              article BIGINT PRIMARY KEY,
              unit VARCHAR(4) NOT NULL,
              name VARCHAR(160) NOT NULL,
              brand VARCHAR(60) NOT NULL,
              category BIGINT NOT NULL REFERENCES category (id),
              price_cents BIGINT NOT NULL CHECK (price_cents >= 0),
              version INT NOT NULL,
              search_text VARCHAR(300) NOT NULL)""", """
            CREATE TABLE product_view (
              article BIGINT PRIMARY KEY REFERENCES product (article),
              views BIGINT NOT NULL)""", """
            CREATE TABLE stock (
              article BIGINT NOT NULL,
              unit VARCHAR(4) NOT NULL,
              store INT NOT NULL,
              quantity INT NOT NULL CHECK (quantity >= 0),
              on_order INT NOT NULL CHECK (on_order >= 0))""");

    /** Made once the rows are there, in less time and less room than row by row. */
    static final List<String> INDEXES = List.of(
            "ALTER TABLE stock ADD PRIMARY KEY (article, unit, store)",
            "CREATE INDEX product_by_category ON product (category)",
            "CREATE INDEX product_by_views ON product_view (views DESC, article)");

    private Schema() {}
}
