package dev.larder.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.server.LarderServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.redisson.Redisson;
import org.redisson.api.BatchResult;
import org.redisson.api.RBatch;
import org.redisson.api.RBloomFilter;
import org.redisson.api.RBucket;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RLock;
import org.redisson.api.RMap;
import org.redisson.api.RMapCache;
import org.redisson.api.RMapCacheNative;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RReadWriteLock;
import org.redisson.api.RScoredSortedSet;
import org.redisson.api.RScript;
import org.redisson.api.RSemaphore;
import org.redisson.api.RTopic;
import org.redisson.api.RTransaction;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.api.TransactionOptions;
import org.redisson.api.map.event.EntryExpiredListener;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;

/** Redisson: maps, locks and limits, which are scripts of some length; by two clients, in either version of the protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves its server behind
class RedissonTest {
    private final ExecutorService others = Executors.newCachedThreadPool();
    private LarderServer server;
    private RedissonClient here;
    private RedissonClient there;

    @BeforeAll
    void start() {
        server = Servers.start();
        here = client(Protocol.RESP2);
        there = client(Protocol.RESP3);
    }

    @AfterAll
    void stop() {
        others.shutdownNow();
        here.shutdown(0, 10, TimeUnit.SECONDS);
        there.shutdown(0, 10, TimeUnit.SECONDS);
        server.close();
    }

    @BeforeEach
    void empty() {
        here.getKeys().flushdb();
    }

    private RedissonClient client(Protocol protocol) {
        Config config = new Config();
        config.setThreads(4).setNettyThreads(4).setProtocol(protocol).setCodec(StringCodec.INSTANCE);
        config.setMinCleanUpDelay(1);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + server.port())
                .setTimeout(Servers.PATIENCE_MILLIS)
                .setConnectionMinimumIdleSize(1)
                .setConnectionPoolSize(16);
        return Redisson.create(config);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Test
    void bucketsAreSetComparedAndExpire() {
        RBucket<String> bucket = here.getBucket("greeting");
        bucket.set("hello", Duration.ofMinutes(1));

        assertThat(there.<String>getBucket("greeting").get()).isEqualTo("hello");
        assertThat(bucket.remainTimeToLive()).isBetween(50_000L, 60_000L);
        assertThat(bucket.compareAndSet("other", "x")).isFalse();
        assertThat(bucket.compareAndSet("hello", "bye")).isTrue();
        assertThat(bucket.setIfAbsent("x")).isFalse();
        assertThat(here.getBuckets().get("greeting", "none")).isEqualTo(Map.of("greeting", "bye"));
        assertThat(bucket.getAndDelete()).isEqualTo("bye");
        assertThat(there.getAtomicLong("count").addAndGet(5)).isEqualTo(5);
        here.getBucket("cut:1").set("x");
        assertThat(here.getKeys().deleteByPattern("cut:*")).isEqualTo(1);
    }

    @Test
    void mapsAreSeenByBoth() {
        RMap<String, String> map = here.getMap("map");
        map.put("a", "1");
        assertThat(map.putIfAbsent("a", "2")).isEqualTo("1");
        assertThat(map.replace("a", "1", "3")).isTrue();
        assertThat(map.fastPut("n", "4")).isTrue();
        assertThat(there.<String, String>getMap("map").readAllMap()).isEqualTo(Map.of("a", "3", "n", "4"));
        assertThat(map.remove("a", "1")).isFalse();
        assertThat(map.fastRemove("a", "n")).isEqualTo(2);
    }

    @Test
    void anEntryOfAMapCacheExpiresAndIsToldOf() throws Exception {
        RMapCache<String, String> map = here.getMapCache("sessions");
        BlockingQueue<String> expired = new ArrayBlockingQueue<>(10);
        map.addListener((EntryExpiredListener<String, String>) event -> expired.add(event.getKey()));
        assertThat(map.fastPut("keeps", "1", 1, TimeUnit.HOURS, 10, TimeUnit.MINUTES))
                .isTrue();
        assertThat(map.put("goes", "2", 1, TimeUnit.SECONDS)).isNull();
        assertThat(map.get("keeps")).isEqualTo("1");
        assertThat(map.remainTimeToLive("keeps")).isPositive();

        assertThat(expired.poll(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("goes");
        assertThat(there.<String, String>getMapCache("sessions").readAllMap()).isEqualTo(Map.of("keeps", "1"));
        map.destroy();
    }

    @Test
    void fieldsOfANativeMapCacheExpireByTheServer() {
        RMapCacheNative<String, String> map = here.getMapCacheNative("native");
        map.put("keeps", "1", Duration.ofHours(1));
        map.put("goes", "2", Duration.ofMillis(50));

        Awaitility.await().until(() -> map.get("goes") == null);
        assertThat(map.get("keeps")).isEqualTo("1");
    }

    @Test
    void aLockIsHeldByOneUntilHeLetsGo() throws Exception {
        RLock mine = here.getLock("lock");
        mine.lock();
        mine.lock();
        assertThat(mine.getHoldCount()).isEqualTo(2);
        assertThat(there.getLock("lock").tryLock()).isFalse();
        Future<Boolean> waiting = others.submit(() -> {
            RLock theirs = there.getLock("lock");
            boolean isWon = theirs.tryLock(Servers.PATIENCE_MILLIS, 60_000, TimeUnit.MILLISECONDS);
            theirs.unlock();
            return isWon;
        });
        Awaitility.await()
                .until(() -> here.getTopic("redisson_lock__channel:{lock}").countSubscribers() > 0);
        assertThat(waiting.isDone()).isFalse();

        mine.unlock();
        mine.unlock();

        assertThat(get(waiting)).isTrue();
    }

    @Test
    void aLockWhoseHolderIsGoneIsFreeAfterItsLease() throws Exception {
        RLock mine = here.getLock("lease");
        mine.lock(1, TimeUnit.SECONDS);

        assertThat(there.getLock("lease").tryLock(Servers.PATIENCE_MILLIS, 60_000, TimeUnit.MILLISECONDS))
                .isTrue();

        assertThatThrownBy(mine::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void manyRaiseANumberUnderALockAndNoneIsLost() throws Exception {
        AtomicInteger count = new AtomicInteger();
        List<Future<?>> all = new java.util.ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RLock lock = (i % 2 == 0 ? here : there).getLock("counted");
            all.add(others.submit(() -> {
                for (int round = 0; round < 25; round++) {
                    lock.lock();
                    try {
                        int seen = count.get();
                        Thread.onSpinWait();
                        count.set(seen + 1);
                    } finally {
                        lock.unlock();
                    }
                }
            }));
        }
        for (Future<?> each : all) {
            get(each);
        }

        assertThat(count).hasValue(200);
    }

    @Test
    void otherLocksWork() throws Exception {
        RFencedLock fenced = here.getFencedLock("fenced");
        long first = fenced.lockAndGetToken();
        fenced.unlock();
        assertThat(fenced.lockAndGetToken()).isGreaterThan(first);
        fenced.unlock();
        RReadWriteLock both = here.getReadWriteLock("both");
        both.readLock().lock();
        assertThat(there.getReadWriteLock("both").readLock().tryLock()).isTrue();
        assertThat(there.getReadWriteLock("both").writeLock().tryLock()).isFalse();
        there.getReadWriteLock("both").readLock().unlock();
        both.readLock().unlock();
        RLock fair = here.getFairLock("fair");
        fair.lock();
        assertThat(get(others.submit(() -> there.getFairLock("fair").tryLock())))
                .isFalse();
        fair.unlock();
    }

    @Test
    void ratesAndPermitsAreBounded() throws Exception {
        RRateLimiter limiter = here.getRateLimiter("limit");
        assertThat(limiter.trySetRate(RateType.OVERALL, 3, Duration.ofHours(1))).isTrue();
        assertThat(limiter.tryAcquire(2)).isTrue();
        assertThat(there.getRateLimiter("limit").tryAcquire(2)).isFalse();
        assertThat(there.getRateLimiter("limit").tryAcquire()).isTrue();
        RSemaphore permits = here.getSemaphore("permits");
        permits.trySetPermits(1);
        permits.acquire();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return there.getSemaphore("permits").tryAcquire(Duration.ofMillis(Servers.PATIENCE_MILLIS));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                others);
        assertThat(there.getSemaphore("permits").tryAcquire()).isFalse();
        permits.release();
        assertThat(get(waiting)).isTrue();
    }

    @Test
    void listenersHear() throws Exception {
        BlockingQueue<String> heard = new ArrayBlockingQueue<>(10);
        RTopic topic = here.getTopic("news");
        topic.addListener(String.class, (channel, message) -> heard.add(channel + " " + message));
        there.getPatternTopic("ne*")
                .addListener(String.class, (pattern, channel, message) -> heard.add(pattern + " " + message));

        assertThat(there.getTopic("news").publish("hello")).isEqualTo(2);

        assertThat(List.of(
                        heard.poll(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS),
                        heard.poll(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)))
                .containsExactlyInAnyOrder("news hello", "ne* hello");
        topic.removeAllListeners();
    }

    @Test
    void aLocalCachedMapHearsOfChanges() {
        LocalCachedMapOptions<String, String> options = LocalCachedMapOptions.<String, String>name("near")
                .cacheSize(100)
                .syncStrategy(LocalCachedMapOptions.SyncStrategy.INVALIDATE);
        RLocalCachedMap<String, String> mine = here.getLocalCachedMap(options);
        RLocalCachedMap<String, String> theirs = there.getLocalCachedMap(options);
        mine.put("price", "1");
        assertThat(theirs.get("price")).isEqualTo("1");
        assertThat(theirs.getCachedMap()).isEqualTo(Map.of("price", "1"));

        assertThat(mine.fastPut("price", "2")).isFalse();

        Awaitility.await().until(() -> "2".equals(theirs.get("price")));
        mine.destroy();
        theirs.destroy();
    }

    @Test
    void otherCollectionsWork() throws Exception {
        RScoredSortedSet<String> sold = here.getScoredSortedSet("sold");
        sold.addAll(Map.of("milk", 40.0, "tea", 12.5, "oats", 99.0));
        assertThat(sold.valueRange(0, -1)).containsExactly("tea", "milk", "oats");
        assertThat(sold.addScore("tea", 100)).isEqualTo(112.5);
        assertThat(sold.revRank("tea")).isZero();
        assertThat(sold.pollFirst()).isEqualTo("milk");
        RBloomFilter<String> seen = here.getBloomFilter("seen");
        assertThat(seen.tryInit(1_000, 0.01)).isTrue();
        assertThat(seen.add("a")).isTrue();
        assertThat(seen.contains("a")).isTrue();
        assertThat(seen.contains("b")).isFalse();
        Future<String> waiting = others.submit(
                () -> there.<String>getBlockingQueue("queue").poll(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        here.getBlockingQueue("queue").add("job");
        assertThat(get(waiting)).isEqualTo("job");
        here.getSetMultimapCache("tags").put("a", "x");
        assertThat(here.getSetMultimapCache("tags").getAll("a")).isEqualTo(Set.of("x"));
        here.getSetCache("expiring").add("x", 1, TimeUnit.HOURS);
        assertThat(here.getSetCache("expiring").contains("x")).isTrue();
        here.getHyperLogLog("visitors").addAll(List.of("a", "b", "a"));
        assertThat(here.getHyperLogLog("visitors").count()).isEqualTo(2);
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // the batch has what they bring
    void batchesTransactionsAndScriptsWork() {
        RBatch batch = here.createBatch();
        batch.getBucket("x").setAsync("1");
        batch.getAtomicLong("n").incrementAndGetAsync();
        BatchResult<?> result = batch.execute();
        assertThat(result.getResponses().get(1)).isEqualTo(1L);
        RTransaction transaction = here.createTransaction(TransactionOptions.defaults());
        transaction.getBucket("x").set("2");
        transaction.getMap("m").put("a", "b");
        transaction.commit();
        assertThat(there.getBucket("x").get()).isEqualTo("2");
        assertThat(here.getScript()
                        .<Long>eval(
                                RScript.Mode.READ_WRITE,
                                "return redis.call('incrby', KEYS[1], ARGV[1])",
                                RScript.ReturnType.LONG,
                                List.of("n"),
                                "41"))
                .isEqualTo(42L);
    }

    @Test
    void objectsByItsOwnCodecComeBack() {
        Config config = new Config();
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + server.port())
                .setTimeout(Servers.PATIENCE_MILLIS)
                .setConnectionMinimumIdleSize(1);
        RedissonClient client = Redisson.create(config);
        try {
            client.<List<Map<String, Long>>>getBucket("objects").set(List.of(Map.of("a", 1L)));
            assertThat(client.getBucket("objects").get()).isEqualTo(List.of(Map.of("a", 1L)));
        } finally {
            client.shutdown(0, 10, TimeUnit.SECONDS);
        }
    }
}
