package dev.larder.protocol.memcached;

/**
 * Bytes that are not Memcached's protocol, or pass a limit. Where the next message begins is not known after it: the
 * connection they came from is of no more use. Messages hold no bytes of keys or values.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
