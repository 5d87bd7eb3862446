package dev.larder.benchmarks.store;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/** Arrays in the JDK's map: what a server on the heap could be at best. */
final class HeapMap implements Keyed {
    private final ConcurrentHashMap<Key, byte[]> map;

    /** An array that is equal where its bytes are. Immutable. */
    private static final class Key {
        private final byte[] bytes;
        private final int hash;

        Key(byte[] bytes) {
            this.bytes = bytes;
            int sum = 0;
            for (byte each : bytes) {
                sum = sum * 31 + each;
            }
            this.hash = sum;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    HeapMap() {
        this(new ConcurrentHashMap<>());
    }

    private HeapMap(ConcurrentHashMap<Key, byte[]> map) {
        this.map = map;
    }

    @Override
    public void set(byte[] key, byte[] value) {
        map.put(new Key(key.clone()), value.clone());
    }

    @Override
    public int get(byte[] key, byte[] into) {
        byte[] value = map.get(new Key(key));
        if (value == null) {
            return -1;
        }
        System.arraycopy(value, 0, into, 0, value.length);
        return value.length;
    }

    @Override
    public Keyed forThread() {
        return new HeapMap(map);
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {
        map.clear();
    }
}
