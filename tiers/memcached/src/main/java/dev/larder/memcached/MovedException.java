package dev.larder.memcached;

/** A step believed in another generation than the pointer names: it is to be taken again with a new view. */
final class MovedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MovedException() {
        super("the cache's generation changed too often while it was used", null, false, false);
    }
}
