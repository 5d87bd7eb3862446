package dev.larder.server.advice;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that are used most, from a sample of uses, in bounded memory: Metwally and others, "Efficient Computation of
 * Frequent and Top-k Elements in Data Streams", 2005. A key that has no place takes that of the one with the least uses,
 * and its count with it, so a count may be too high, never too low. Not thread-safe.
 */
final class HotKeys {
    static final int MAX_KEY_BYTES = 256;

    private final int most;
    private final int agingUses;
    private final Map<Name, Uses> byName = new HashMap<>();
    private int uses;

    /** The bytes of a key, cut off where there are many. */
    @SuppressWarnings("ArrayRecordComponent") // compared below
    private record Name(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name name && Arrays.equals(bytes, name.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private static final class Uses {
        private double reads;
        private double writes;

        private double all() {
            return reads + writes;
        }
    }

    /**
     * A key that is used much.
     *
     * @param key its bytes, {@value HotKeys#MAX_KEY_BYTES} at most
     * @param share of all uses, from 0 to 1
     * @param writes share of its uses that are writes, from 0 to 1
     */
    @SuppressWarnings("ArrayRecordComponent") // to be shown
    record Hot(byte[] key, double share, double writes) {}

    HotKeys(int most, int agingUses) {
        this.most = most;
        this.agingUses = agingUses;
    }

    static byte[] cut(byte[] key) {
        return key.length > MAX_KEY_BYTES ? Arrays.copyOf(key, MAX_KEY_BYTES) : key;
    }

    void used(byte[] key, boolean isWrite) {
        Name name = new Name(cut(key));
        Uses known = byName.get(name);
        if (known == null) {
            known = new Uses();
            if (byName.size() >= most) {
                Map.Entry<Name, Uses> least = byName.entrySet().stream()
                        .min(Comparator.comparingDouble(each -> each.getValue().all()))
                        .orElseThrow();
                byName.remove(least.getKey());
                known.reads = least.getValue().reads;
                known.writes = least.getValue().writes;
            }
            byName.put(name, known);
        }
        known.reads += isWrite ? 0 : 1;
        known.writes += isWrite ? 1 : 0;
        if (++uses >= agingUses) {
            uses /= 2;
            byName.values().forEach(each -> {
                each.reads /= 2;
                each.writes /= 2;
            });
        }
    }

    int uses() {
        return uses;
    }

    /** Those with the most uses first. */
    List<Hot> hottest(int count) {
        double all = Math.max(1, uses);
        return byName.entrySet().stream()
                .sorted(Comparator.comparingDouble(each -> -each.getValue().all()))
                .limit(count)
                .map(each -> new Hot(
                        each.getKey().bytes,
                        each.getValue().all() / all,
                        each.getValue().writes / each.getValue().all()))
                .toList();
    }
}
