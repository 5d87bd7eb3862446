package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.memcached.AddressOptions.OnFailure;
import dev.larder.memcached.AddressOptions.Source;
import dev.larder.memcached.AddressOptions.Verify;
import dev.larder.memcached.MemcachedAddress.Login;
import dev.larder.tier.TierUri;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tier's URI, right and wrong. */
class MemcachedAddressTest {
    @Test
    void hostAloneIsEnough() {
        MemcachedAddress address = address("memcached://cache");

        assertThat(address.servers()).containsExactly(new HostAndPort("cache", 11211, 1));
        assertThat(address.login()).isNull();
        assertThat(address.isTls()).isFalse();
        assertThat(address.options().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(address.options().partLimits()).isEqualTo(new Parts.Limits(1 << 20, 16 << 20));
        assertThat(address).hasToString("memcached://cache:11211");
    }

    @Test
    void everyPartIsRead() {
        MemcachedAddress address =
                address("memcacheds://user:se%40cret@a:1*3,[::1],b:22222/?connect-timeout=500ms&verify=ca");

        assertThat(address.servers())
                .containsExactly(
                        new HostAndPort("a", 1, 3), new HostAndPort("::1", 11211, 1), new HostAndPort("b", 22222, 1));
        assertThat(address.login()).isEqualTo(new Login("user", "se@cret"));
        assertThat(address.isTls()).isTrue();
        assertThat(address.options().verify()).isEqualTo(Verify.CA);
        assertThat(address.options().connectTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(address).hasToString("memcacheds://a:1,[::1]:11211,b:22222");
    }

    @Test
    void sizesAreReadInEveryUnit() {
        assertThat(address("memcached://a?item-size=4m&split-up-to=0").options().partLimits())
                .isEqualTo(new Parts.Limits(4 << 20, 0));
        assertThat(address("memcached://a?split-up-to=64MiB&item-size=524288")
                        .options()
                        .partLimits())
                .isEqualTo(new Parts.Limits(1 << 19, 64 << 20));
    }

    @Test
    void serversJoinAndLeaveTheRingAndTheAnchorsStay() {
        MemcachedAddress address = address("memcached://a,b?without=b&more=c:1*2,d&warm-up=2m");

        assertThat(address.servers()).extracting(HostAndPort::host).containsExactly("a", "b");
        assertThat(address.ring())
                .containsExactly(
                        new HostAndPort("a", 11211, 1), new HostAndPort("c", 1, 2), new HostAndPort("d", 11211, 1));
        assertThat(address.options().warmUp()).isEqualTo(Duration.ofMinutes(2));
        assertThat(address("memcached://a?warm-up=0s").options().warmUp()).isZero();
        assertThat(address("memcached://a").options().warmUp()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void whatHappensToKeysOfAServerThatIsAwayIsRead() {
        AddressOptions gutter = address("memcached://a?on-failure=gutter&gutter=g1,g2:1&out-after=1s&back-after=5m")
                .options();

        assertThat(gutter.onFailure()).isEqualTo(OnFailure.GUTTER);
        assertThat(gutter.gutter()).isEqualTo(HostAndPort.list("g1,g2:1"));
        assertThat(gutter.outAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(gutter.backAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(address("memcached://a").options().onFailure()).isEqualTo(OnFailure.MISS);
    }

    @Test
    void whoTellsTheServersIsReadInEveryForm() {
        AddressOptions dns = address("memcached://a?discovery=dns:cache.example.com&discovery-every=1m")
                .options();
        assertThat(dns.discovery())
                .isEqualTo(new Source(Source.Kind.DNS, new HostAndPort("cache.example.com", 11211, 1)));
        assertThat(dns.discoveryPeriod()).isEqualTo(Duration.ofMinutes(1));

        AddressOptions cluster = address("memcached://a?discovery=elasticache:shop.cfg.example.com:11212")
                .options();
        assertThat(cluster.discovery())
                .isEqualTo(new Source(Source.Kind.ELASTICACHE, new HostAndPort("shop.cfg.example.com", 11212, 1)));
        assertThat(cluster.discoveryPeriod()).isEqualTo(Duration.ofSeconds(30));
        assertThat(address("memcached://a").options().discovery()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            memcached:cache                     | must be named like
            memcached://                        | a server
            memcached://a,,b                    | a server
            memcached://a:0                     | the port
            memcached://a:65536                 | the port
            memcached://a*0                     | the weight
            memcached://a,b,a                   | twice
            memcached://sesame@a                | the login
            memcached://u%20x:sesame@a          | the user
            memcached://u:%zzsesame@a           | percent-encoded
            memcached://a?timeout=1s            | 'timeout'
            memcached://a?verify=none           | 'verify'
            memcacheds://a?verify=no            | verify
            memcached://a?connect-timeout=soon  | connect-timeout
            memcached://a?item-size=1KiB        | item-size
            memcached://a?item-size=9999999999m | item-size
            memcached://a?split-up-to=65MiB     | split-up-to
            memcached://a?split-up-to=much      | split-up-to
            memcached://a?more=                 | a server
            memcached://a?more=a                | other servers
            memcached://a?more=b,b              | twice
            memcached://a?without=b             | named 'b:11211'
            memcached://a?without=a             | must be 1…256
            memcached://a?warm-up=1h            | warm-up
            memcached://a?warm-up=500ms         | warm-up
            memcached://a?connect-timeout=0s    | connect-timeout
            memcached://a?on-failure=retry      | must be miss, next or gutter
            memcached://a?on-failure=gutter     | gutter
            memcached://a?gutter=b              | only there
            memcached://a?on-failure=next&gutter=b | only there
            memcached://a?on-failure=gutter&gutter=a | gutter of a Memcached tier must name other servers
            memcached://a?out-after=99ms        | out-after
            memcached://a?back-after=soon       | back-after
            memcached://a?discovery=            | discovery
            memcached://a?discovery=dns         | must be dns:NAME
            memcached://a?discovery=dns:        | a server
            memcached://a?discovery=dns:b:0     | the port
            memcached://a?discovery=dns:b*2     | without a weight
            memcached://a?discovery=consul:b    | must be dns:NAME
            memcached://a?discovery=dns:b&more=c | so 'more'
            memcached://a,b?discovery=elasticache:c&without=b | so 'more'
            memcached://a?discovery-every=30s   | beside 'discovery'
            memcached://a?discovery=dns:b&discovery-every=0s | discovery-every
            """)
    void wrongPartsAreNamedAndPasswordsAreNot(String uri, String part) {
        assertThatThrownBy(() -> address(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part)
                .hasMessageNotContaining("sesame");
    }

    private static MemcachedAddress address(String uri) {
        return MemcachedAddress.of(TierUri.parse(uri));
    }
}
