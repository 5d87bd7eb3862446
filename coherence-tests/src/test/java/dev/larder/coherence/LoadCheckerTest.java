package dev.larder.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.coherence.Checker.Trouble;
import dev.larder.coherence.Event.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadCheckerTest {
    private static final Event FIRST = load("near-0", 100, 110, 200);
    private static final Event SECOND = load("near-1", 150, 160, 210);
    private static final String ROW = Client.ROW + 1;

    private static Event load(String process, long start, long asked, long end) {
        return new Event(process, Kind.LOADED, "k", start, end, asked, true);
    }

    private static Event change(long start, long end, boolean acknowledged) {
        return new Event("far-2", Kind.INVALIDATED, "k", start, end, 7, acknowledged);
    }

    private static Event rebuild(long start, long end) {
        return new Event("far-2", Kind.INVALIDATED, ROW, start, end, 7, true);
    }

    private static Event rowLoaded(long start, boolean acknowledged) {
        return new Event("near-0", Kind.LOADED, ROW, start, start + 10, start + 1, acknowledged);
    }

    private static List<String> violations(List<Trouble> trouble, Event... history) {
        return new LoadChecker(50, trouble).violations(List.of(history));
    }

    @Test
    void twoLoadsOfOneKeyAtOnceAreFound() {
        assertThat(violations(List.of(), FIRST, SECOND)).hasSize(1);
        assertThat(violations(List.of(), FIRST, load("near-1", 150, 200, 210))).isEmpty();
    }

    @Test
    void aChangeBetweenThemExcusesThem() {
        assertThat(violations(List.of(), FIRST, SECOND, change(90, 100, true))).isEmpty();
        assertThat(violations(List.of(), FIRST, SECOND, change(90, 99, true))).hasSize(1);
        assertThat(violations(List.of(), FIRST, SECOND, change(161, 170, true))).hasSize(1);
    }

    @Test
    void aChangeThatMayStandInAJournalExcusesThemForTheTimeThatTakes() {
        assertThat(violations(List.of(), FIRST, SECOND, change(40, 50, false))).isEmpty();
        assertThat(violations(List.of(), FIRST, SECOND, change(40, 49, false))).hasSize(1);
    }

    @Test
    void troubleExcusesThem() {
        assertThat(violations(List.of(new Trouble("cut", 20, 35)), FIRST, SECOND))
                .isEmpty();
        assertThat(violations(List.of(new Trouble("cut", 20, 34)), FIRST, SECOND))
                .hasSize(1);
    }

    @Test
    void aRowThatIsLoadedAfterARebuildIsFound() {
        assertThat(violations(List.of(), rebuild(300, 400), rowLoaded(401, true)))
                .hasSize(1);
        assertThat(violations(List.of(), rebuild(300, 400), rowLoaded(400, true)))
                .isEmpty();
        assertThat(violations(List.of(), rebuild(300, 400), rowLoaded(401, false)))
                .isEmpty();
    }

    @Test
    void aRowThatIsLoadedAfterTroubleIsNoGap() {
        assertThat(violations(List.of(new Trouble("killed", 360, 380)), rebuild(300, 400), rowLoaded(500, true)))
                .isEmpty();
    }
}
