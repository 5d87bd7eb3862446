package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.TierException;
import dev.larder.memcached.ServerList.Wish;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.ManualScheduler;
import dev.larder.tier.Later;
import dev.larder.tier.TierUri;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a process would have as its ring, when what tells it answers, or not. */
class ServerListTest {
    private static final Duration PERIOD = Duration.ofSeconds(30);

    private final FakeTicker ticker = new FakeTicker();
    private final Later later = new Later(new ManualScheduler(ticker));
    private final Told told = new Told();

    /** Answers what it was told to; a future that stays open where it was told nothing. */
    private static final class Told implements Discovery {
        CompletableFuture<List<HostAndPort>> answer = new CompletableFuture<>();

        void say(String servers) {
            answer = CompletableFuture.completedFuture(HostAndPort.list(servers));
        }

        @Override
        public CompletableFuture<List<HostAndPort>> ask() {
            return answer.copy();
        }

        @Override
        public void close() {}
    }

    @Test
    void withoutAnybodyToAskTheUriIsTheWish() {
        ServerList list = list(null);

        list.open();

        assertThat(list.asked()).isCompleted();
        assertThat(servers(list)).isEqualTo(HostAndPort.list("anchor"));
    }

    @Test
    void firstAnswerIsTheWishAndTheAnchorsAreItBefore() {
        ServerList list = list(told);
        assertThat(servers(list)).isEqualTo(HostAndPort.list("anchor"));

        told.say("a,b");
        list.open();

        assertThat(list.asked()).isCompleted();
        assertThat(servers(list)).isEqualTo(HostAndPort.list("a,b"));
    }

    @Test
    void questionThatHangsIsGivenUpAndAskedAgain() {
        ServerList list = list(told);
        list.open();
        assertThat(list.asked()).isNotCompleted();

        ticker.advance(Duration.ofSeconds(4));
        assertThat(list.asked()).isCompleted();
        assertThat(servers(list)).isEqualTo(HostAndPort.list("anchor"));

        told.say("a,b");
        ticker.advance(PERIOD);
        assertThat(servers(list)).isEqualTo(HostAndPort.list("a,b"));
    }

    @Test
    void failureAndTooManyServersAreNoNews() {
        ServerList list = list(told);
        told.say("a,b");
        list.open();
        Wish wish = list.wish();

        told.answer = CompletableFuture.failedFuture(new TierException("away", null));
        ticker.advance(PERIOD);
        told.answer = CompletableFuture.completedFuture(IntStream.rangeClosed(0, MemcachedAddress.MAX_SERVERS)
                .mapToObj(i -> HostAndPort.of("h" + i))
                .toList());
        IntStream.range(0, 5).forEach(i -> ticker.advance(PERIOD));

        assertThat(list.wish()).isSameAs(wish);
    }

    @Test
    void listThatChangesIsANewWish() {
        ServerList list = list(told);
        told.say("a,b");
        list.open();
        long before = list.wish().number();

        told.say("a,b,c");
        ticker.advance(PERIOD);
        assertThat(list.wish().number()).isEqualTo(before);
        ticker.advance(PERIOD);

        assertThat(list.wish().number()).isEqualTo(before + 1);
        assertThat(servers(list)).isEqualTo(HostAndPort.list("a,b,c"));
    }

    @Test
    void listThatStaysIsWishedForAgainAfterTenLooks() {
        ServerList list = list(told);
        told.say("a,b");
        list.open();
        long before = list.wish().number();

        IntStream.range(0, ServerList.LOOKS_TO_INSIST - 1).forEach(i -> ticker.advance(PERIOD));
        assertThat(list.wish().number()).isEqualTo(before);
        ticker.advance(PERIOD);

        assertThat(list.wish().number()).isEqualTo(before + 1);
        assertThat(servers(list)).isEqualTo(HostAndPort.list("a,b"));
    }

    @Test
    void nothingIsAskedAfterTheEnd() {
        ServerList list = list(told);
        told.say("a,b");
        list.open();

        list.close();
        told.say("c");
        IntStream.range(0, 5).forEach(i -> ticker.advance(PERIOD));

        assertThat(servers(list)).isEqualTo(HostAndPort.list("a,b"));
    }

    private ServerList list(@Nullable Discovery discovery) {
        MemcachedAddress address = MemcachedAddress.of(TierUri.parse("memcached://anchor?discovery=dns:name"));
        return new ServerList(address, discovery, later);
    }

    private static List<HostAndPort> servers(ServerList list) {
        return list.wish().layout().ring().servers();
    }
}
