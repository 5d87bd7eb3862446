package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.tier.FarGuard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a tier holds that was away: others may not have told it yet what it missed. */
final class FarDoubtTest extends FarFixture {
    /** Longer than the breaker's first pause. */
    private static final Duration RECOVERY = Duration.ofSeconds(3);

    private static final Duration DOUBT = Duration.ofNanos(FarGuard.DOUBT_NANOS);

    /** Two finds out that the tier is back before one has told it anything; the answer that tells two so is old already. */
    @Test
    void whatATierHoldsThatWasAwayIsNotBelievedBeforeTheOthersHaveToldItWhatItMissed() {
        Site one = site("one");
        Site two = site("two", each -> each.bulkLoader(origin));
        for (String key : List.of("a", "b", "c")) {
            origin.set(key, "old");
            one.cache().get(key);
        }
        breakTier(one);
        breakTier(two);
        for (String key : List.of("a", "b", "c")) {
            origin.set(key, "new");
            one.cache().remove(key);
        }

        two.tier().heal();
        ticker.advance(RECOVERY);

        assertThat(two.cache().get("a")).isEqualTo("new");
        assertThat(two.larder().isTierAvailable()).isTrue();
        assertThat(two.cache().get("b")).isEqualTo("new");
        assertThat(two.cache().getAll(List.of("a", "c"))).isEqualTo(Map.of("a", "new", "c", "new"));
    }

    /** The bus is back at once and proves its silence; what was removed meanwhile nobody has put on it yet. */
    @Test
    void nearEntriesOfTheTimeItWasAwayAreNotProvenByABusOnWhichTheOthersHaveNotPutWhatTheyRemoved() {
        Site one = site("one");
        Site two = site("two");
        breakTier(one);
        breakTier(two);
        origin.set("a", "old").set("b", "old");
        List.of("a", "b").forEach(two.cache()::get);
        for (String key : List.of("a", "b")) {
            origin.set(key, "new");
            one.cache().remove(key);
        }

        ticker.advance(RECOVERY);
        assertThat(two.cache().get("a")).as("while the tier is away").isEqualTo("new");
        two.tier().heal();
        ticker.advance(RECOVERY);
        two.cache().get("probe");
        assertThat(two.larder().isTierAvailable()).isTrue();
        assertThat(two.cache().get("b")).as("when it is back").isEqualTo("new");
    }

    @Test
    void tierIsBelievedAgainWhenTheOthersHadTheirTimeAndAtOnceAfterAHiccup() {
        Site one = site("one");
        Site two = site("two");
        origin.set("early", "v").set("late", "v").set("hiccup", "v");
        List.of("early", "late", "hiccup").forEach(one.cache()::get);
        breakTier(two);
        two.tier().heal();
        ticker.advance(RECOVERY);

        two.cache().get("early");
        ticker.advance(DOUBT.minusNanos(1));
        two.cache().get("early");
        assertThat(origin.loads("early")).as("loads past the tier").isGreaterThan(1);
        ticker.advance(Duration.ofNanos(1));
        two.cache().get("late");
        assertThat(origin.loads("late")).isOne();

        two.tier().inflict(Fault.FAIL);
        two.cache().get("something");
        two.tier().heal();
        two.cache().get("hiccup");
        assertThat(origin.loads("hiccup")).isOne();
    }

    private static void breakTier(Site site) {
        site.tier().inflict(Fault.FAIL);
        for (int i = 0; site.larder().isTierAvailable(); i++) {
            site.cache().get("to break " + i);
        }
    }
}
