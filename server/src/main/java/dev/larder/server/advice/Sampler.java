package dev.larder.server.advice;

import dev.larder.server.store.Entry;
import java.util.SplittableRandom;

/** Tells an {@link Observer} of some of the commands of one thread. Confined to it. */
public final class Sampler {
    /** One use in so many is noted, on average. */
    private static final int EACH = 512;

    private final Observer observer;
    private final SplittableRandom random = new SplittableRandom();
    private int countdown = 1;

    public Sampler(Observer observer) {
        this.observer = observer;
    }

    /** A key is read; it need not be there. */
    public void read(Entry entry) {
        long identity = entry.identity();
        if (observer.samples(identity)) {
            observer.read(identity);
        }
    }

    /** A command uses a key. */
    public void used(Entry entry, boolean isWrite) {
        if (--countdown == 0) {
            countdown = 1 + random.nextInt(2 * EACH - 1);
            observer.used(entry.key().toBytes(), isWrite);
        }
    }
}
