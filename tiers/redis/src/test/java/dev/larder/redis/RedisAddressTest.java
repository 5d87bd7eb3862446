package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.redis.AddressOptions.Near;
import dev.larder.redis.AddressOptions.Verify;
import dev.larder.redis.RedisAddress.Kind;
import dev.larder.tier.TierUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisAddressTest {
    private static RedisAddress address(String uri) {
        return RedisAddress.of(TierUri.parse(uri));
    }

    private static Endpoint endpoint(RedisAddress address) {
        assertThat(address.endpoints()).hasSize(1);
        return address.endpoints().get(0);
    }

    @Test
    void hostAloneTakesTheUsualPortAndDatabase() {
        RedisAddress address = address("redis://cache");

        assertThat(address.kind()).isEqualTo(Kind.SERVER);
        assertThat(endpoint(address)).isEqualTo(new Endpoint("cache", 6379));
        assertThat(address.database()).isZero();
        assertThat(address.login()).isEqualTo(AddressLogin.NONE);
        assertThat(address.isTls()).isFalse();
        assertThat(address).hasToString("redis://cache:6379");
    }

    @Test
    void everyPartIsRead() {
        RedisAddress address = address("rediss://shop:p%40ss%3A%2Fw+rd@[::1]:6380/3?connect-timeout=500ms&verify=ca");

        assertThat(endpoint(address)).isEqualTo(new Endpoint("::1", 6380));
        assertThat(address.database()).isEqualTo(3);
        assertThat(address.login()).isEqualTo(new AddressLogin("shop", "p@ss:/w+rd"));
        assertThat(address.options().tls()).isEqualTo(new AddressOptions.Tls(Verify.CA, null, null));
        assertThat(address.options().connectTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(address).hasToString("rediss://[::1]:6380/3");
    }

    @Test
    void passwordAloneNeedsNoUser() {
        RedisAddress address = address("redis://:secret@cache:1/");

        assertThat(address.login()).isEqualTo(new AddressLogin(null, "secret"));
        assertThat(endpoint(address).port()).isEqualTo(1);
    }

    @Test
    void nearTiersAreKeptRightByTheStreamUnlessTrackingIsAskedFor() {
        assertThat(address("redis://cache").options().near()).isEqualTo(Near.STREAM);
        assertThat(address("redis://cache?near=stream").options().near()).isEqualTo(Near.STREAM);
        for (String scheme : List.of("redis", "rediss", "redis-sentinel", "rediss-cluster")) {
            String path = scheme.equals("redis-sentinel") ? "/main" : "";
            assertThat(address(scheme + "://cache" + path + "?near=tracking")
                            .options()
                            .near())
                    .isEqualTo(Near.TRACKING);
        }
    }

    @Test
    void socketIsAPathWithTheDatabaseBehindIt() {
        RedisAddress address = address("redis-socket://:secret@/run/a%20b/redis.sock?database=2");

        assertThat(address.kind()).isEqualTo(Kind.SOCKET);
        assertThat(address.path()).isEqualTo("/run/a b/redis.sock");
        assertThat(address.database()).isEqualTo(2);
        assertThat(address.login()).isEqualTo(new AddressLogin(null, "secret"));
        assertThat(address).hasToString("redis-socket:///run/a b/redis.sock?database=2");
    }

    @Test
    void sentinelsAreSeveralWithAMasterAndALoginOfTheirOwn() {
        RedisAddress address =
                address("rediss-sentinel://shop:s@one,[::1]:7/main/4?sentinel-user=u&sentinel-password=p%40");

        assertThat(address.kind()).isEqualTo(Kind.SENTINEL);
        assertThat(address.endpoints()).containsExactly(new Endpoint("one", 26379), new Endpoint("::1", 7));
        assertThat(address.path()).isEqualTo("main");
        assertThat(address.database()).isEqualTo(4);
        assertThat(address.login()).isEqualTo(new AddressLogin("shop", "s"));
        assertThat(address.options().sentinels()).isEqualTo(new AddressLogin("u", "p@"));
        assertThat(address.isTls()).isTrue();
        assertThat(address).hasToString("rediss-sentinel://one:26379,[::1]:7/main/4");
    }

    @Test
    void clusterIsSomeOfItsNodes() {
        RedisAddress address = address("redis-cluster://:s@one:7000,two");

        assertThat(address.kind()).isEqualTo(Kind.CLUSTER);
        assertThat(address.endpoints()).containsExactly(new Endpoint("one", 7000), new Endpoint("two", 6379));
        assertThat(address).hasToString("redis-cluster://one:7000,two:6379");
        assertThat(address("rediss-cluster://one").isTls()).isTrue();
    }

    @Test
    void filesOfTlsAreThereOrAreNamedAsMissing(@TempDir Path folder) throws IOException {
        Path there = Files.writeString(folder.resolve("a b.pem"), "x");
        String encoded = there.toString().replace(" ", "%20");

        AddressOptions.Tls tls = address("rediss://cache?ca=" + encoded + "&certificate=" + encoded + "&key=" + encoded)
                .options()
                .tls();

        assertThat(tls)
                .isEqualTo(new AddressOptions.Tls(
                        Verify.FULL, there.toFile(), new AddressOptions.Identity(there.toFile(), there.toFile())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> address("rediss://cache?ca=" + folder))
                .withMessageContaining("ca of a Redis tier must be a file");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> address("rediss://cache?key=" + encoded))
                .withMessageContaining("certificate and key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> address("rediss://cache?verify=none&ca=" + encoded))
                .withMessageContaining("ca of a Redis tier");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "redis: named",
                "redis:cache named",
                "redis:// host",
                "redis://:6379 host",
                "redis://cache: port",
                "redis://cache:0 port",
                "redis://cache:65536 port",
                "redis://cache:sixty port",
                "redis://cache:6379:1 port",
                "redis://cache/shop database",
                "redis://cache/-1 database",
                "redis://cache/1/2 database",
                "redis://cache?pool=5 'pool'",
                "redis://cache?verify=none 'verify'",
                "redis://cache?near=redis near",
                "rediss://cache?verify=maybe verify",
                "redis://cache?connect-timeout=2 connect-timeout",
                "redis://cache?connect-timeout=0s connect-timeout",
                "redis://hunter2@cache login",
                "redis://shop:@cache password",
                "redis://shop:hunter2%zz@cache login",
                "redis://shop:hunter2@cache:x port",
                "redis://a,b host",
                "redis://cache?connect-timeout=1s&connect-timeout=1s once",
                "redis://cache?ca=/x 'ca'",
                "rediss://cache?ca=/no/such/file.pem ca",
                "redis-socket://cache/run/redis.sock socket",
                "redis-socket:// socket",
                "redis-socket:///run/redis.sock?database=x database",
                "redis-cluster://a,b/1 database",
                "redis-cluster://a,b?database=1 'database'",
                "redis-sentinel://a,b master",
                "redis-sentinel://a,/main host",
                "redis-sentinel://a:0/main port",
                "redis-sentinel://a/main/x database",
                "redis-sentinel://a/main?sentinel-user=u sentinel-password",
                "redis-sentinel://a/main?sentinel-password=hunter2%zz login",
            })
    void wrongPartIsNamedAndThePasswordIsNot(String uri, String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> address(uri))
                .withMessageContaining(part)
                .satisfies(refused -> assertThat(refused).hasNoCause())
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("hunter2"));
    }
}
