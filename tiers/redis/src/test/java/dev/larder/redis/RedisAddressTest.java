package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.tier.TierUri;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisAddressTest {
    private static RedisAddress address(String uri) {
        return RedisAddress.of(TierUri.parse(uri));
    }

    @Test
    void hostAloneTakesTheUsualPortAndDatabase() {
        RedisAddress address = address("redis://cache");

        assertThat(address.host()).isEqualTo("cache");
        assertThat(address.port()).isEqualTo(6379);
        assertThat(address.database()).isZero();
        assertThat(address.user()).isNull();
        assertThat(address.password()).isNull();
        assertThat(address.isTls()).isFalse();
        assertThat(address).hasToString("redis://cache:6379");
    }

    @Test
    void everyPartIsRead() {
        RedisAddress address = address("rediss://shop:p%40ss%3A%2Fw+rd@[::1]:6380/3?connect-timeout=500ms&verify=ca");

        assertThat(address.host()).isEqualTo("::1");
        assertThat(address.port()).isEqualTo(6380);
        assertThat(address.database()).isEqualTo(3);
        assertThat(address.user()).isEqualTo("shop");
        assertThat(address.password()).isEqualTo("p@ss:/w+rd");
        assertThat(address.isTls()).isTrue();
        assertThat(address.verify()).isEqualTo(RedisAddress.Verify.CA);
        assertThat(address.connectTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(address).hasToString("rediss://[::1]:6380/3");
    }

    @Test
    void passwordAloneNeedsNoUser() {
        RedisAddress address = address("redis://:secret@cache:1/");

        assertThat(address.user()).isNull();
        assertThat(address.password()).isEqualTo("secret");
        assertThat(address.port()).isEqualTo(1);
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
                "rediss://cache?verify=maybe verify",
                "redis://cache?connect-timeout=2 connect-timeout",
                "redis://cache?connect-timeout=0s connect-timeout",
                "redis://hunter2@cache login",
                "redis://shop:@cache password",
                "redis://shop:hunter2%zz@cache login",
                "redis://shop:hunter2@cache:x port",
            })
    void wrongPartIsNamedAndThePasswordIsNot(String uri, String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> address(uri))
                .withMessageContaining(part)
                .satisfies(refused -> assertThat(refused).hasNoCause())
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("hunter2"));
    }
}
