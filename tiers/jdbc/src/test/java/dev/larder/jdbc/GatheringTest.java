package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.TierException;
import dev.larder.testkit.FakeTicker;
import dev.larder.tier.LeaseRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private final FakeTicker ticker = new FakeTicker();
    private final List<List<BulkEntries.Ask>> asked = new ArrayList<>();
    private final List<CompletableFuture<List<String>>> running = new ArrayList<>();
    private final Gathering<BulkEntries.Ask, String> gathering = new Gathering<>(
            asks -> {
                asked.add(asks);
                running.add(new CompletableFuture<>());
                return running.get(running.size() - 1);
            },
            1,
            ticker);

    @Test
    void whoAsksAloneGoesAtOnceAndWhatComesMeanwhileGoesTogether() {
        CompletableFuture<String> a = gathering.ask(ask("a"));
        CompletableFuture<String> b = gathering.ask(ask("b"));
        CompletableFuture<String> c = gathering.ask(ask("c"));
        assertThat(asked).hasSize(1);

        answer(0);
        answer(1);

        assertThat(sizes()).containsExactly(1, 2);
        assertThat(List.of(a, b, c)).extracting(CompletableFuture::join).containsExactly("a!", "b!", "c!");
    }

    @Test
    void oneKeyIsAskedOnceInAPortion() {
        List<String> keys = List.of("a", "b", "c", "b", "d");
        List<CompletableFuture<String>> answers =
                keys.stream().map(key -> gathering.ask(ask(key))).toList();

        answer(0);
        answer(1);
        answer(2);

        assertThat(sizes()).containsExactly(1, 2, 2);
        assertThat(answers).extracting(CompletableFuture::join).containsExactly("a!", "b!", "c!", "b!", "d!");
    }

    @Test
    void portionsAreBounded() {
        List<CompletableFuture<String>> answers = IntStream.range(0, 250)
                .mapToObj(i -> gathering.ask(ask("k" + i)))
                .toList();

        for (int i = 0; i < 4; i++) {
            answer(i);
        }

        assertThat(sizes()).containsExactly(1, 100, 100, 49);
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    }

    @Test
    void failureOfAPortionIsThatOfItsQuestionsAndTheNextIsAsked() {
        CompletableFuture<String> a = gathering.ask(ask("a"));
        CompletableFuture<String> b = gathering.ask(ask("b"));

        running.get(0).completeExceptionally(new TierException("away", null));
        answer(1);

        assertThat(Peers.failure(a)).hasMessage("away");
        assertThat(b.join()).isEqualTo("b!");
    }

    @Test
    void whoWaitedTooLongIsRefused() {
        CompletableFuture<String> first = gathering.ask(ask("a"));
        CompletableFuture<String> late = gathering.ask(ask("b"));
        ticker.advance(Duration.ofSeconds(6));
        CompletableFuture<String> recent = gathering.ask(ask("c"));

        answer(0);
        answer(1);

        assertThat(first.join()).isEqualTo("a!");
        assertThat(Peers.failure(late)).hasMessageContaining("did not come to an operation within 5 s");
        assertThat(recent.join()).isEqualTo("c!");
    }

    @Test
    void tooManyWhoWaitAreRefused() {
        for (int i = 0; i < 20_001; i++) {
            assertThat(gathering.ask(ask("k" + i))).isNotCompletedExceptionally();
        }

        assertThat(Peers.failure(gathering.ask(ask("one more")))).hasMessageContaining("operations waiting already");
    }

    private void answer(int portion) {
        running.get(portion)
                .complete(asked.get(portion).stream()
                        .map(ask -> ask.key().text() + "!")
                        .toList());
    }

    private List<Integer> sizes() {
        return asked.stream().map(List::size).toList();
    }

    private static BulkEntries.Ask ask(String key) {
        return new BulkEntries.Ask(Key.of(key), new LeaseRequest("00", 1, 0));
    }
}
