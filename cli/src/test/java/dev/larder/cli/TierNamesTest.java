package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TierNamesTest {
    @Test
    void serversOfATierStayTogether() {
        assertThat(TierNames.in("memory:64MiB,memcached://cache1,cache2:11211*2,[::1]:11211?more=c,d:1"))
                .containsExactly("memory:64MiB", "memcached://cache1,cache2:11211*2,[::1]:11211?more=c,d:1");
        assertThat(TierNames.in("memory:1MiB, redis-sentinel://me:pw@s1:26379,s2:26379/shop"))
                .containsExactly("memory:1MiB", "redis-sentinel://me:pw@s1:26379,s2:26379/shop");
    }

    @Test
    void eachSchemeBeginsATier() {
        assertThat(TierNames.in("memory:64MiB,file:/tmp/shop,redis://127.0.0.1:6379"))
                .isEqualTo(List.of("memory:64MiB", "file:/tmp/shop", "redis://127.0.0.1:6379"));
        assertThat(TierNames.in("memory:64MiB,jdbc:postgresql://db/shop?user=u"))
                .containsExactly("memory:64MiB", "jdbc:postgresql://db/shop?user=u");
        assertThat(TierNames.in("memory:64MiB,bogus:thing,")).containsExactly("memory:64MiB", "bogus:thing", "");
    }
}
