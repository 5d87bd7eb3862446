package dev.larder.storefront.shop;

import dev.larder.storefront.catalogue.Catalogue;
import dev.larder.storefront.catalogue.StockTable;
import dev.larder.storefront.catalogue.ViewTable;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.sql.Sql;
import javax.sql.DataSource;

/** Everything the shop reads and writes in its database. Immutable. */
public record Origin(Catalogue catalogue, StockTable stock, ViewTable views, Sizes sizes) {
    /** The origin in {@code source}, which holds {@code sizes}. */
    public static Origin in(DataSource source, Sizes sizes) {
        Sql sql = new Sql(source);
        return new Origin(new Catalogue(sql), new StockTable(sql), new ViewTable(sql), sizes);
    }
}
