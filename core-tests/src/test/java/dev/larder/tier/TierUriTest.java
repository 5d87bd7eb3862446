package dev.larder.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.Larder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The URIs that name tiers: how they are split, and that what they say of secrets is nobody's to read. */
class TierUriTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://cache:6379/1|redis://cache:6379/1",
                "redis://:hidden@cache|redis://***@cache",
                "redis://user:hid@den@cache|redis://***@cache",
                "jdbc:postgresql://db/shop?user=u&password=hidden|jdbc:postgresql://db/shop?user=u&password=***",
                "jdbc:postgresql://db/shop?sslpassword=hidden&user=u|jdbc:postgresql://db/shop?sslpassword=***&user=u",
                "jdbc:mariadb://db/shop?keyStorePassword=hidden|jdbc:mariadb://db/shop?keyStorePassword=***",
                "jdbc:h2:mem:x;USER=u;PASSWORD=hidden;MODE=y|jdbc:h2:mem:x;USER=u;PASSWORD=***;MODE=y",
                "x:y?api-token=hidden&z=1|x:y?api-token=***&z=1",
                "file:/var/cache/password=shop|file:/var/cache/password=shop"
            })
    void secretsAreNotSpelledOut(String uri, String shown) {
        TierUri parsed = TierUri.parse(uri);

        assertThat(parsed).hasToString(shown);
        assertThat(parsed.full()).isEqualTo(uri);
    }

    @Test
    void schemeWithoutATierIsRefusedWithoutItsSecret() {
        assertThatThrownBy(() -> Larder.open("memory:1MiB", "nosuch:x?user=u&password=hidden"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nosuch")
                .message()
                .doesNotContain("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "1redis:x", "re dis:x", "?password=hidden"})
    void whatHasNoSchemeIsRefusedWithoutItsSecret(String text) {
        assertThatThrownBy(() -> TierUri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("hidden");
    }
}
