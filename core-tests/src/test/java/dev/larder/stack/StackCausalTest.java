package dev.larder.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.Cache;
import dev.larder.CausalToken;
import dev.larder.Larder;
import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.TextCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A reader who knows of a write that his process has not heard of is answered by no front. */
final class StackCausalTest extends StackFixture {
    private final FaultyTier behindReader = new FaultyTier(back.connect("back"));

    private Larder larder(InMemoryServer front, FaultyTier behind) {
        FaultyTier way = new FaultyTier(front.connect("front"));
        return open(larderBuilder()
                .farTier(StackTier.of(List.of(way, behind), context(), TIER_TIMEOUT_NANOS))
                .namespace(NAMESPACE)
                .tierTimeout(Duration.ofNanos(TIER_TIMEOUT_NANOS))
                .maxSilence(MAX_SILENCE));
    }

    private Cache<String, String> cache(Larder larder) {
        return larder.cache(NAME, String.class, String.class)
                .codec(TextCodec.INSTANCE)
                .loader(origin)
                .build();
    }

    /** A cache that holds v1, as does its front, and hears nothing of what follows. */
    private Cache<String, String> deafReader() {
        Cache<String, String> reader = cache(larder(here, behindReader));
        Larder neighbour = larder(here, new FaultyTier(back.connect("back")));
        Cache<String, String> copier = cache(neighbour);
        origin.set("k", "v1");
        reader.get("k");
        copier.get("k");
        neighbour.close();
        behindReader.cutBus();
        return reader;
    }

    private CausalToken change() {
        Larder elsewhere = larder(there, new FaultyTier(back.connect("back")));
        Cache<String, String> writer = cache(elsewhere);
        origin.set("k", "v2");
        writer.remove("k");
        return elsewhere.causalToken();
    }

    @Test
    void oneReadWithTheTokenSeesTheWrite() {
        Cache<String, String> reader = deafReader();
        CausalToken token = change();

        assertThat(reader.get("k")).as("without the token").isEqualTo("v1");
        assertThat(reader.after(token).get("k")).isEqualTo("v2");
    }

    @Test
    void manyReadWithTheTokenSeeIt() {
        Cache<String, String> reader = deafReader();

        assertThat(reader.after(change()).getAll(List.of("k"))).isEqualTo(Map.of("k", "v2"));
    }
}
