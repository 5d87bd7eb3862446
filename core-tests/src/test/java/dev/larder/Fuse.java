package dev.larder;

/** Fails the n-th call of what it is built into. Confined to one thread, or handed from one to another. */
public final class Fuse {
    /** What it throws. */
    public static final class Blown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Blown(int at) {
            super("the call number " + at + " failed, as it was told to");
        }
    }

    private int calls;
    private int failsAt = Integer.MAX_VALUE;

    /** Lets the {@code call}-th call from now on fail, and those after it succeed. */
    public void failAt(int call) {
        calls = 0;
        failsAt = call;
    }

    /** Lets all calls succeed; returns how many there were since {@link #failAt}. */
    public int disarm() {
        failsAt = Integer.MAX_VALUE;
        return calls;
    }

    /** One call. */
    public void burn() {
        calls++;
        if (calls == failsAt) {
            throw new Blown(calls);
        }
    }

    /** A key whose {@code hashCode} and {@code equals} may fail; few hashes, so that {@code equals} has work to do. */
    public static final class Key {
        private final int id;
        private final Fuse fuse;

        public Key(int id, Fuse fuse) {
            this.id = id;
            this.fuse = fuse;
        }

        public int id() {
            return id;
        }

        @Override
        public int hashCode() {
            fuse.burn();
            return id % 7;
        }

        @Override
        public boolean equals(Object other) {
            fuse.burn();
            return other instanceof Key key && key.id == id;
        }

        @Override
        public String toString() {
            return "key " + id;
        }
    }
}
