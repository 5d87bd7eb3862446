package dev.larder.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.tier.TierUri;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileAddressTest {
    private static FileAddress address(String uri) {
        return FileAddress.of(TierUri.parse(uri));
    }

    @Test
    void pathAloneTakesTheUsualBound() {
        FileAddress address = address("file:/var/cache/shop");

        assertThat(address.folder()).isEqualTo(Path.of("/var/cache/shop"));
        assertThat(address.maxBytes()).isEqualTo(1L << 30);
        assertThat(address).hasToString("file:/var/cache/shop");
    }

    @Test
    void boundIsRead() {
        assertThat(address("file:/a/b?maxBytes=64MiB").maxBytes()).isEqualTo(64L << 20);
        assertThat(address("file:/a/b?maxBytes=2g").maxBytes()).isEqualTo(2L << 30);
        assertThat(address("file:/a/b?maxBytes=1048576").maxBytes()).isEqualTo(1L << 20);
    }

    @Test
    void pathIsDecodedAndMadePlain() {
        assertThat(address("file:///var/cache/../shop%20one+%3f").folder()).isEqualTo(Path.of("/var/shop one+?"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "file: absolute",
                "file:shop absolute",
                "file:./shop absolute",
                "file:../shop absolute",
                "file://host/shop host",
                "file:/ root",
                "file:/../.. root",
                "file:/shop%zz percent-encoded",
                "file:/shop%00 path",
                "file:/shop?maxBytes maxBytes",
                "file:/shop?maxBytes= maxBytes",
                "file:/shop?maxBytes=many maxBytes",
                "file:/shop?maxBytes=-1 maxBytes",
                "file:/shop?maxBytes=0 maxBytes",
                "file:/shop?maxBytes=100k maxBytes",
                "file:/shop?maxBytes=999999999999999t maxBytes",
                "file:/shop?maxbytes=1g 'maxbytes'",
                "file:/shop?mode=fast 'mode'",
                "file:/shop?maxBytes=1g&x=1 'x'",
                "file:/shop? ''",
            })
    void wrongPartIsNamed(String uri, String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> address(uri))
                .withMessageContaining(part)
                .withMessageContaining("file tier");
    }
}
