package dev.larder.benchmarks.store;

import dev.larder.server.advice.Observer;
import dev.larder.server.advice.Sampler;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreConfig;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The store, used as a server's commands use it. */
final class LarderStore implements Keyed {
    private static final long TIME_TO_LIVE = 3_600_000;

    private final OffHeapStore store;
    private final boolean expires;
    private final Entry entry;
    private final @Nullable Observer observer;
    private final @Nullable Sampler sampler;
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
    private byte[] target = {};
    private MemorySegment targetMemory = MemorySegment.ofArray(target);
    private int copied;

    LarderStore(StoreConfig config, boolean expires) {
        this(new OffHeapStore(config), expires, null);
    }

    private LarderStore(OffHeapStore store, boolean expires, @Nullable Observer observer) {
        this.store = store;
        this.expires = expires;
        this.entry = store.entry();
        this.observer = observer;
        this.sampler = observer == null ? null : new Sampler(observer);
    }

    /** A store of which an observer is told, as a server's is. */
    static LarderStore observed(StoreConfig config) {
        return new LarderStore(new OffHeapStore(config), false, new Observer());
    }

    @Override
    public void set(byte[] key, byte[] value) {
        try (Entry open = entry.open(0, keySlice.set(key, 0, key.length))) {
            long expiresAt = expires ? store.now() + TIME_TO_LIVE : Entry.NEVER;
            open.set(valueSlice.set(value, 0, value.length), expiresAt);
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very same array is what counts
    public int get(byte[] key, byte[] into) {
        if (into != target) {
            target = into;
            targetMemory = MemorySegment.ofArray(into);
        }
        try (Entry open = entry.openToRead(0, keySlice.set(key, 0, key.length))) {
            if (sampler != null) {
                sampler.used(open, false);
                sampler.read(open);
            }
            if (!open.isPresent()) {
                return -1;
            }
            open.touch();
            copied = 0;
            open.read(this::piece);
            return copied;
        }
    }

    private void piece(Slice bytes) {
        MemorySegment.copy(bytes.memory(), bytes.offset(), targetMemory, copied, bytes.length());
        copied += bytes.length();
    }

    @Override
    public Keyed forThread() {
        return new LarderStore(store, expires, observer);
    }

    @Override
    public long bytes() {
        return store.memory().allocated();
    }

    @Override
    public void close() {
        store.close();
    }
}
