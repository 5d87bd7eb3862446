package dev.larder.protocol.resp;

/**
 * Bytes that are not RESP, or pass a limit. Where the next message begins is not known after it: the connection they came
 * from is of no more use. A server answers {@code -ERR } and the message, in Redis's words where Redis has some, and hangs
 * up. It has no stack trace: who sends nonsense shall not cost more than who does not.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message, null, false, false);
    }
}
