package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FaultyTier.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code serveUnproven}: a cache that would rather serve what may be untrue than nothing, and how far that goes. */
final class FarUnprovenTest extends FarFixture {
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);
    private static final Duration LONG_SILENCE = MAX_SILENCE.multipliedBy(5);

    private Site available() {
        return site("available", each -> each.timeToLive(TIME_TO_LIVE).serveUnproven());
    }

    private Site strict() {
        return site("strict", each -> each.timeToLive(TIME_TO_LIVE));
    }

    private long unproven(Site site) {
        return site.cache().stats().of(Count.UNPROVEN_HITS);
    }

    @Test
    void entryIsServedWithoutProofUntilItsTimeToLive() {
        Site site = available();
        origin.set("k", "v1");
        site.cache().get("k");
        site.tier().cutBus();
        strictlyRemoved("k");
        ticker.advance(TIME_TO_LIVE.minusSeconds(1));

        assertThat(site.cache().get("k")).isEqualTo("v1");
        assertThat(site.cache().getAll(List.of("k"))).containsEntry("k", "v1");
        assertThat(site.near("k")).isEqualTo("v1");
        assertThat(site.cache().lookup("k").isHit()).isTrue();
        assertThat(unproven(site)).as("lookups are not counted").isEqualTo(2);

        ticker.advance(SECOND);
        assertThat(site.cache().get("k")).isEqualTo("v2");
    }

    private void strictlyRemoved(String key) {
        Site other = strict();
        origin.set(key, "v2");
        other.cache().remove(key);
    }

    @Test
    void strictCacheAsksTheSharedTierInstead() {
        Site site = strict();
        origin.set("k", "v1");
        site.cache().get("k");
        site.tier().cutBus();
        ticker.advance(LONG_SILENCE);

        site.cache().get("k");

        assertThat(site.cache().stats().of(Count.FAR_HITS)).isOne();
        assertThat(unproven(site)).isZero();
    }

    @Test
    void whatIsProvenIsNotCounted() {
        Site site = available();
        origin.set("k", "v");
        site.cache().get("k");
        ticker.advance(LONG_SILENCE);

        site.cache().get("k");

        assertThat(unproven(site)).isZero();
        assertThat(site.cache().stats().of(Count.NEAR_HITS)).isOne();
    }

    @Test
    void gapEmptiesTheNearTierAllTheSame() {
        Site site = available();
        origin.set("k", "v1");
        site.cache().get("k");
        site.tier().cutBus();
        strictlyRemoved("k");
        ticker.advance(LONG_SILENCE);
        assertThat(site.cache().get("k")).isEqualTo("v1");

        site.tier().healBusWithGap();

        assertThat(site.near("k")).isNull();
        assertThat(site.cache().get("k")).isEqualTo("v2");
    }

    @Test
    void messageThatComesLateIsHeededAtOnce() {
        Site site = available();
        origin.set("k", "v1");
        site.cache().get("k");
        site.tier().cutBus();
        strictlyRemoved("k");
        ticker.advance(LONG_SILENCE);
        assertThat(site.cache().get("k")).isEqualTo("v1");

        site.tier().healBus();

        assertThat(site.cache().get("k")).isEqualTo("v2");
    }

    @Test
    void tierAndOriginMayBeDownTogether() {
        Site site = site(
                "available",
                each -> each.timeToLive(SECOND).staleIfError(TIME_TO_LIVE).serveUnproven());
        origin.set("k", "v");
        site.cache().get("k");
        site.tier().cutBus();
        site.tier().inflict(Fault.FAIL);
        origin.fail(Call.LOAD, () -> new IllegalStateException("down"));
        ticker.advance(LONG_SILENCE);

        assertThat(site.cache().get("k")).isEqualTo("v");

        assertThat(site.cache().stats().of(Count.STALE_HITS)).isOne();
        assertThat(unproven(site)).isOne();
    }

    @Test
    void readerWithATokenIsServedNothingThatHasNotHeardIt() {
        Site site = available();
        Site other = strict();
        origin.set("k", "v1");
        site.cache().get("k");
        site.tier().cutBus();
        origin.set("k", "v2");
        other.cache().remove("k");
        ticker.advance(LONG_SILENCE);

        assertThat(site.cache().after(other.larder().causalToken()).get("k")).isEqualTo("v2");
    }

    @Test
    void timeToLiveIsNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder("endless").serveUnproven().build())
                .withMessage(
                        "serveUnproven needs a timeToLive, or an entry that missed its removal may be served for ever"
                                + " (cache 'endless')");
    }
}
