package dev.larder.benchmarks.replay;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.engine.peer.EnginePeer;
import dev.larder.benchmarks.engine.peer.EngineSetup;
import dev.larder.policy.Eviction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A real cache that requests are replayed through, on one thread. */
interface ReplayedCache extends AutoCloseable {
    /** Asks for a key, and caches it if it was not there; says whether it was. */
    boolean request(Long key);

    @Override
    default void close() {}

    /** Every name that {@link #open} knows: Larder as it comes, the peers, and Larder with each of its policies. */
    static List<String> names() {
        List<String> names = new ArrayList<>(List.of("larder", "caffeine", "cache2k", "guava", "lru"));
        Arrays.stream(Eviction.values()).map(Eviction::spelling).forEach(names::add);
        return names;
    }

    /**
     * Opens an empty one that holds at most {@code size} entries. All are configured by that bound alone; Caffeine works on
     * the thread that calls it and puts nothing off.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    static ReplayedCache open(String name, int size) {
        return switch (name) {
            case "larder" -> new OfLarder(size, Eviction.standard());
            case "caffeine" -> ofCaffeine(size);
            case "cache2k" -> of(EngineKind.CACHE2K, size);
            case "guava" -> of(EngineKind.GUAVA, size);
            case "lru" -> {
                Map<Long, Long> map = new ExactLru(size);
                yield key -> map.get(key) != null || map.put(key, key) != null;
            }
            default -> new OfLarder(size, Eviction.named(name));
        };
    }

    private static ReplayedCache of(EngineKind kind, int size) {
        EnginePeer peer = kind.open(EngineSetup.of(size, false));
        return new ReplayedCache() {
            @Override
            public boolean request(Long key) {
                boolean hit = peer.get(key) != null;
                if (!hit) {
                    peer.put(key, key);
                }
                return hit;
            }

            @Override
            public void close() {
                peer.close();
            }
        };
    }

    private static ReplayedCache ofCaffeine(int size) {
        com.github.benmanes.caffeine.cache.Cache<Long, Long> cache =
                Caffeine.newBuilder().maximumSize(size).executor(Runnable::run).build();
        return key -> {
            boolean hit = cache.getIfPresent(key) != null;
            if (!hit) {
                cache.put(key, key);
                cache.cleanUp();
            }
            return hit;
        };
    }

    /** Larder's public cache. */
    final class OfLarder implements ReplayedCache {
        private final Larder larder = Larder.inProcess();
        private final Cache<Long, Long> cache;

        OfLarder(int size, Eviction eviction) {
            cache = larder.cache("replay", Long.class, Long.class)
                    .maxEntries(size)
                    .eviction(eviction)
                    .build();
        }

        @Override
        public boolean request(Long key) {
            boolean hit = cache.get(key) != null;
            if (!hit) {
                cache.put(key, key);
            }
            return hit;
        }

        @Override
        public void close() {
            larder.close();
        }
    }

    /** The textbook's policy: who was not asked for longest leaves. */
    final class ExactLru extends LinkedHashMap<Long, Long> {
        private static final long serialVersionUID = 1;

        private final int size;

        ExactLru(int size) {
            super(16, 0.75f, true);
            this.size = size;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > size;
        }
    }
}
