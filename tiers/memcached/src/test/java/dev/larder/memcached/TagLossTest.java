package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.testkit.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Two processes on one real Memcached load, read and remove a tag, while the items that tags are kept in vanish at random.
 * Whoever removes a tag reads nothing older afterwards.
 */
class TagLossTest {
    private static final int REMOVALS = 150;
    private static final Pattern LOG = Pattern.compile("key=larder%3Atagged%3Atl%3A([0-9a-f]+)");

    private final AtomicInteger version = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger tooOld = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void nothingOlderThanARemovalIsReadWhileItemsOfTagsVanish() {
        try (MemcachedServer server = MemcachedServer.start();
                Larder one = Larder.open("memory:1MiB", server.uri());
                Larder two = Larder.open("memory:1MiB", server.uri())) {
            Cache<String, Integer> here = cache(one);
            Cache<String, Integer> there = cache(two);

            Threads.run(5, thread -> {
                switch (thread) {
                    case 0 -> remove(here);
                    case 1 -> readOften(here, true);
                    case 2, 3 -> readOften(there, false);
                    default -> lose(server);
                }
            });

            assertThat(acknowledged).hasValue(REMOVALS);
            assertThat(tooOld).hasValue(0);
        }
    }

    private void remove(Cache<String, Integer> cache) {
        try {
            for (int i = 1; i <= REMOVALS; i++) {
                version.set(i);
                cache.removeTag("t");
                acknowledged.set(i);
                look(cache);
            }
        } finally {
            over.set(true);
        }
    }

    private void readOften(Cache<String, Integer> cache, boolean isJudged) {
        while (!over.get()) {
            if (isJudged) {
                look(cache);
            } else {
                cache.get("k" + ThreadLocalRandom.current().nextInt(3));
            }
        }
    }

    private void look(Cache<String, Integer> cache) {
        int before = acknowledged.get();
        Integer found = cache.get("k" + ThreadLocalRandom.current().nextInt(3));
        if (found == null || found < before) {
            tooOld.incrementAndGet();
        }
    }

    private void lose(MemcachedServer server) {
        while (!over.get()) {
            List<String> logs = LOG.matcher(server.ask("lru_crawler metadump all\r\n", "END"))
                    .results()
                    .map(found -> "tl:" + found.group(1))
                    .toList();
            String item = switch (ThreadLocalRandom.current().nextInt(8)) {
                case 0 -> "tc";
                case 1 -> logs.isEmpty() ? "tc" : logs.get(0);
                default -> "t:t";
            };
            server.ask("md larder:tagged:" + item + "\r\nmn\r\n", "MN");
        }
    }

    private Cache<String, Integer> cache(Larder larder) {
        return larder.cache("tagged", String.class, Integer.class)
                .timeToLive(Duration.ofMinutes(5))
                .tags((key, value) -> Set.of("t"))
                .loader(key -> version.get())
                .build();
    }
}
