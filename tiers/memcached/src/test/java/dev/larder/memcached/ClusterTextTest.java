package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.TierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What configuration endpoints answer, right and wrong. */
class ClusterTextTest {
    private static final String NODES = "12\nshop.abc.0002.use1.cache.example.com|10.0.0.2|11211"
            + " shop.abc.0001.use1.cache.example.com|10.0.0.1|11212\n\r\nEND\r\n";

    @Test
    void serversAreThoseOfTheListInTheOrderOfTheirNames() {
        assertThat(ClusterText.servers("CONFIG cluster 0 136\r\n" + NODES))
                .containsExactly(
                        new HostAndPort("shop.abc.0001.use1.cache.example.com", 11212, 1),
                        new HostAndPort("shop.abc.0002.use1.cache.example.com", 11211, 1));
    }

    @Test
    void listKeptInAnItemIsReadLikewise() {
        assertThat(ClusterText.servers("VALUE AmazonElastiCache:cluster 0 9\r\n" + NODES))
                .hasSize(2);
        assertThat(ClusterText.servers("VALUE AmazonElastiCache:cluster 0 9\r\n1\na||11211\r\nEND\r\n"))
                .containsExactly(new HostAndPort("a", 11211, 1));
    }

    @Test
    void serverWithoutANameIsNamedByItsAddress() {
        assertThat(ClusterText.servers("CONFIG cluster 0 1\r\n1\n|10.0.0.1|11211 |2001:db8::1|11212\n\r\nEND\r\n"))
                .containsExactly(new HostAndPort("10.0.0.1", 11211, 1), new HostAndPort("2001:db8::1", 11212, 1));
    }

    @Test
    void serverThatIsThereTwiceCountsOnce() {
        assertThat(ClusterText.servers("CONFIG cluster 0 1\r\n1\na|1.1.1.1|1 a|1.1.1.1|1\n\r\nEND\r\n"))
                .hasSize(1);
    }

    @Test
    void answerThatIsNotWholeIsWaitedFor() {
        String whole = "CONFIG cluster 0 136\r\n" + NODES;

        for (int length = 0; length < whole.length(); length++) {
            assertThat(ClusterText.servers(whole.substring(0, length))).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n",
                "END\r\n",
                "SERVER_ERROR busy\r\n",
                "CONFIG cluster 0 0\r\n\r\nEND\r\n",
                "CONFIG cluster 0 0\r\n12\n\r\nEND\r\n",
                "CONFIG cluster 0 0\r\ntwelve\na|b|1\n\r\nEND\r\n",
                "CONFIG cluster 0 0\r\n12\na|11211\n\r\nEND\r\n",
                "CONFIG cluster 0 0\r\n12\na|b|0\n\r\nEND\r\n",
                "CONFIG cluster 0 0\r\n12\na|b|port\n\r\nEND\r\n",
                "CONFIG cluster 0 0\r\n12\n||11211\n\r\nEND\r\n"
            })
    void rubbishIsNoListAndIsQuotedShortly(String answer) {
        assertThatThrownBy(() -> ClusterText.servers(answer))
                .isInstanceOf(TierException.class)
                .hasMessageNotContaining("\r")
                .hasMessageNotContaining("\n");
    }

    @Test
    void answerWithoutAnEndIsGivenUp() {
        String endless = "CONFIG cluster 0 1\r\n12\n" + "a|b|1 ".repeat(ClusterText.MOST_CHARACTERS / 6);

        assertThatThrownBy(() -> ClusterText.servers(endless)).hasMessageContaining("longer than");
    }
}
