package dev.larder.server.command;

import dev.larder.server.client.Key;
import dev.larder.server.store.Slice;
import dev.larder.server.store.SortedSetAccess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sorted set on the heap, to be answered: with what it takes there it has no more bytes than one reply may have. Confined to one thread. */
final class Gathered implements SortedSetAccess.Building {
    /** What one takes on the heap besides its bytes, about. */
    static final int OVERHEAD = 96;

    private final Call call;
    private final Map<Key, Double> scores = new HashMap<>();
    private long bytes;

    Gathered(Call call) {
        this.call = call;
    }

    /** A member and its score. */
    record Scored(Slice member, double score) {}

    @Override
    public double score(Slice member) {
        return scores.getOrDefault(new Key(member.toBytes()), Double.NaN);
    }

    @Override
    public void put(Slice member, double score) {
        if (scores.put(new Key(member.toBytes()), score + 0.0) == null) {
            bytes += member.length() + OVERHEAD;
            call.room(bytes);
        }
    }

    /** All of them, the lowest score first, and by their bytes where scores are equal. */
    List<Scored> inOrder() {
        List<Map.Entry<Key, Double>> sorted = new ArrayList<>(scores.entrySet());
        sorted.sort(Map.Entry.<Key, Double>comparingByValue()
                .thenComparing((one, other) -> Arrays.compareUnsigned(
                        one.getKey().bytes(), other.getKey().bytes())));
        return sorted.stream()
                .map(each -> new Scored(Slice.of(each.getKey().bytes()), each.getValue()))
                .toList();
    }
}
