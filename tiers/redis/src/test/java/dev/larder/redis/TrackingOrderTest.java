package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.redis.AddressOptions.Near;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * In which order a real server says that a key changed, and answers a later question on the same connection: with one I/O
 * thread and with several.
 */
class TrackingOrderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DELETERS = 3;
    private static final int PROOFS = 1_500;

    private record Deleted(String key, long acknowledgedNanos) {}

    private final AddressOptions options = new AddressOptions(PATIENCE, null, AddressLogin.NONE, Near.TRACKING);
    private final RedisClient client = Clients.open(options);
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final List<Queue<Deleted>> deleted = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger proofs = new AtomicInteger();
    private final AtomicInteger checked = new AtomicInteger();
    private final AtomicInteger losses = new AtomicInteger();
    private final List<String> untold = new ArrayList<>();
    private Throwable broken = new AssertionError();

    @AfterEach
    void close() {
        over.set(true);
        executor.shutdownNow();
        Clients.close(client);
    }

    private StatefulRedisConnection<String, byte[]> connect(RedisServer server) {
        return Peers.done(Clients.connect(client, RedisURI.create("127.0.0.1", server.port())));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whatIsProvenWasToldBefore(int ioThreads) throws Exception {
        try (RedisServer server = RedisServer.start(
                "--io-threads", Integer.toString(ioThreads), "--io-threads-do-reads", ioThreads > 1 ? "yes" : "no")) {
            Watch watch = watch(server);
            List<CompletableFuture<Void>> deleters = new ArrayList<>();
            for (int i = 0; i < DELETERS; i++) {
                Queue<Deleted> mine = new ConcurrentLinkedQueue<>();
                deleted.add(mine);
                String name = "k:" + i + ':';
                RedisCommands<String, byte[]> redis = connect(server).sync();
                deleters.add(
                        CompletableFuture.runAsync(() -> delete(redis, name, mine), task -> new Thread(task).start()));
            }
            executor.execute(() -> ask(watch));

            await().atMost(PATIENCE).until(() -> proofs.get() >= PROOFS || over.get());
            over.set(true);
            for (CompletableFuture<Void> deleter : deleters) {
                deleter.get();
            }

            assertThat(untold).isEmpty();
            assertThat(losses.get()).isZero();
            assertThat(broken).isExactlyInstanceOf(AssertionError.class).hasMessage(null);
            assertThat(checked.get()).isPositive();
        }
    }

    @Test
    void moreThanCanWaitIsALossThatIsSaidBeforeTheNextProof() {
        try (RedisServer server = RedisServer.start()) {
            Watch watch = watch(server);
            CountDownLatch busy = new CountDownLatch(1);
            executor.execute(() -> awaited(busy));
            for (int i = 0; i < 3; i++) {
                server.cli("EVAL", "for i=1,40000 do redis.call('SET','k:'..ARGV[1]..':'..i,'x') end", "0", "" + i);
            }
            Peers.done(watch.session().redis().del("none")); // behind all that was told

            assertThat(losses.get()).isZero();
            busy.countDown();
            Peers.done(CompletableFuture.completedFuture(null).thenComposeAsync(idle -> watch.answered(1), executor));

            assertThat(losses.get()).isEqualTo(1);
            assertThat(told).hasSize(80_000);
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Watch watch(RedisServer server) {
        Session session = new Session(connect(server), Ticker.system());
        Peers.done(session.redis()
                .dispatch(
                        CommandType.HELLO,
                        new NestedMultiOutput<>(Session.CODEC),
                        new CommandArgs<>(Session.CODEC).add(3)));
        Watch watch = new Watch(session, executor, new Watch.Ear() {
            @Override
            public CompletableFuture<?> changed(List<String> names) {
                told.addAll(names);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void lost() {
                losses.incrementAndGet();
            }
        });
        Peers.done(watch.track(List.of("k:")));
        return watch;
    }

    private void delete(RedisCommands<String, byte[]> redis, String name, Queue<Deleted> mine) {
        for (int i = 0; !over.get(); i++) {
            String key = name + i;
            redis.set(key, new byte[1]);
            told.remove(key);
            redis.del(key);
            mine.add(new Deleted(key, System.nanoTime()));
        }
    }

    /** As quickly as answers come: the next question may meet a deletion in the same turn of the server. */
    private void ask(Watch watch) {
        if (over.get()) {
            return;
        }
        long sentNanos = System.nanoTime();
        watch.session()
                .redis()
                .del("none")
                .thenComposeAsync(none -> watch.answered(sentNanos), executor)
                .whenCompleteAsync(
                        (done, failure) -> {
                            if (failure != null) {
                                broken = failure;
                                over.set(true);
                            }
                            check(watch.proofNanos());
                            ask(watch);
                        },
                        executor);
    }

    private void check(long proofNanos) {
        proofs.incrementAndGet();
        for (Queue<Deleted> queue : deleted) {
            Deleted next = queue.peek();
            while (next != null && next.acknowledgedNanos() < proofNanos) {
                queue.remove();
                checked.incrementAndGet();
                if (!told.remove(next.key())) {
                    untold.add(next.key());
                }
                next = queue.peek();
            }
        }
    }
}
