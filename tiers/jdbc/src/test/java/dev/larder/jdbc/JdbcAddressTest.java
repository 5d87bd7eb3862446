package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcAddressTest {
    private static final String SECRET = "s3cr%C3%A9t-pass";

    @Test
    void driverGetsItsParametersAsPropertiesAndAnUrlWithoutThem() {
        JdbcAddress address = of("jdbc:postgresql://db.example:5433/shop?user=me&password=" + SECRET
                + "&larder.table=cache&sslmode=require&larder.pool=3");

        assertThat(address.driverUrl()).isEqualTo("jdbc:postgresql://db.example:5433/shop");
        assertThat(address.driverProperties())
                .containsEntry("user", "me")
                .containsEntry("password", "s3crét-pass")
                .containsEntry("sslmode", "require")
                .doesNotContainKey("larder.table");
        assertThat(address.options().tables().entries()).isEqualTo("cache_entries");
        assertThat(address.options().pool()).isEqualTo(3);
    }

    @Test
    void parametersOfH2AreSeparatedBySemicolons() {
        JdbcAddress address =
                of("jdbc:h2:mem:shop;USER=sa;PASSWORD=a&b=c;larder.maxRows=50;DB_CLOSE_DELAY=-1;larder.maxBytes=2MiB;");

        assertThat(address.driverUrl()).isEqualTo("jdbc:h2:mem:shop");
        assertThat(address.driverProperties())
                .containsEntry("user", "sa")
                .containsEntry("password", "a&b=c")
                .containsEntry("DB_CLOSE_DELAY", "-1");
        assertThat(address.options().maxRows()).isEqualTo(50);
        assertThat(address.options().maxBytes()).isEqualTo(2 << 20);
    }

    @Test
    void whatIsNotSaidHasADefault() {
        JdbcAddress address = of("jdbc:postgresql://[::1]/shop");

        assertThat(address.options())
                .isEqualTo(new JdbcOptions(
                        new Tables("larder"), JdbcOptions.DEFAULT_MAX_ROWS, JdbcOptions.DEFAULT_MAX_BYTES, true, 8));
        assertThat(address.secrets()).isEmpty();
    }

    @Test
    void passwordIsNeverShown() {
        JdbcAddress address = of("jdbc:postgresql://db.example/shop?user=me&password=" + SECRET);

        assertThat(address.toString()).isEqualTo("jdbc:postgresql://db.example/shop");
        assertThat(address.secrets()).containsExactly("s3crét-pass");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            jdbc:                                                       | the database of a SQL tier
            jdbc:oracle:thin:@host                                      | must be one of postgresql, mariadb, h2
            jdbc:postgresql://hostonly?password=hush                    | host or database is missing
            jdbc:postgresql:shop?password=hush                          | host or database is missing
            jdbc:postgresql://me:hush@host/shop                         | belong behind the '?'
            jdbc:postgresql://host:port/shop?password=hush              | the port of a SQL tier
            jdbc:postgresql://host:99999/shop?password=hush             | 1…65535 but was '99999'
            jdbc:postgresql://ho st/shop?password=hush                  | the host of a SQL tier
            jdbc:postgresql://host/shop?password=hush%zz                | the parameter 'password'
            jdbc:postgresql://host/shop?larder.pool=0&password=hush     | larder.pool must be 1…64 but was '0'
            jdbc:postgresql://host/shop?larder.pool=many&password=hush  | larder.pool
            jdbc:postgresql://host/shop?larder.maxRows=-1&password=hush | larder.maxRows must be a number above 0
            jdbc:postgresql://host/shop?larder.maxRows=5MiB             | larder.maxRows
            jdbc:postgresql://host/shop?larder.maxBytes=5MB             | or one with KiB, MiB or GiB
            jdbc:postgresql://host/shop?larder.createTables=no          | must be true or false but was 'no'
            jdbc:postgresql://host/shop?larder.table=a;drop table x     | larder.table must be a letter
            jdbc:postgresql://host/shop?larder.colour=red&password=hush | 'larder.colour' of a SQL tier is unknown
            jdbc:postgresql://host/shop?larder.pool=1&larder.pool=2     | given twice
            jdbc:h2:;PASSWORD=hush                                      | the name of an H2 database
            jdbc:h2:mem:x;larder.table=1x;PASSWORD=hush                 | larder.table
            """)
    void whatIsWrongIsNamedWithoutThePassword(String uri, String message) {
        assertThatThrownBy(() -> of(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("hush")
                .hasNoCause();
    }

    @Test
    void openingDoesNotNeedTheDatabase() {
        try (Scheduler scheduler = Scheduler.system("address-scheduler");
                var tier = new JdbcTierFactory()
                        .open(
                                TierUri.parse("jdbc:postgresql://127.0.0.1:1/none?user=u&password=hush"),
                                new TierFactory.Context(Ticker.system(), scheduler))) {
            Throwable failure = Peers.failure(tier.ping());

            assertThat(failure)
                    .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/none cannot be reached")
                    .hasMessageContaining("Check that the database runs there")
                    .hasMessageNotContaining("hush");
            assertThat(tier.name()).isEqualTo("jdbc:postgresql://127.0.0.1:1/none");
        }
    }

    private static JdbcAddress of(String uri) {
        return JdbcAddress.of(TierUri.parse(uri));
    }
}
