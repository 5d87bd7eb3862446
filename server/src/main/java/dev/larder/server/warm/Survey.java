package dev.larder.server.warm;

import dev.larder.server.client.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out which keys of the source are hot. For one thread. */
final class Survey {
    /** What keys may take on the heap while they are sorted. */
    private static final long KEYS_BYTES = 64 << 20;

    private static final int MOST_NAMED = 250_000;
    private static final String END = "0";
    private static final String LOOKING = "Keys looked at";

    private final Source source;
    private final Run run;
    private final Set<Key> named = new HashSet<>();

    Survey(Source source, Run run) {
        this.source = source;
        this.run = run;
    }

    /** Those that the policy would evict last, of all parts of the source by turns; empty where it has no such order. */
    List<byte[]> named() throws Enough {
        List<List<byte[]>> parts = new ArrayList<>();
        long most = Math.min(MOST_NAMED, run.wish().limit().keys());
        String pattern = run.wish().pattern();
        int found = 0;
        Source.Step step = source.hottest(END, pattern);
        while (step != null && found < MOST_NAMED) {
            run.checkStopped();
            parts.add(step.keys());
            found += step.keys().size();
            step = step.next().equals(END) ? null : source.hottest(step.next(), pattern);
        }
        List<byte[]> keys = new ArrayList<>();
        int longest = parts.stream().mapToInt(List::size).max().orElse(0);
        for (int rank = 0; rank < longest && keys.size() < most; rank++) {
            for (List<byte[]> part : parts) {
                if (rank < part.size()) {
                    keys.add(part.get(rank));
                    named.add(new Key(part.get(rank)));
                }
            }
        }
        return keys;
    }

    /** All other keys, as far as there is memory for them, with what is known of their use. */
    Hottest others() throws Enough {
        Hottest hottest = new Hottest(KEYS_BYTES, run.wish().limit().keys());
        long total = Math.max(1, source.size());
        long looked = 0;
        String cursor = END;
        do {
            run.checkStopped();
            Source.Step step = source.scan(cursor, run.wish().pattern());
            List<byte[]> others = step.keys().stream()
                    .filter(key -> !named.contains(new Key(key)))
                    .toList();
            source.heats(others).forEach(hottest::add);
            looked += step.keys().size();
            run.progress().at(LOOKING, Math.min(looked, total - 1), total);
            cursor = step.next();
        } while (!cursor.equals(END));
        run.progress().at(LOOKING, total, total);
        return hottest;
    }
}
