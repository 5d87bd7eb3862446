package dev.larder.server.store;

/** Takes fields of a hash: the name first, then the pieces of the value. Called as a {@link Sink} is. */
public interface FieldSink extends Sink {
    /** A field, whose value has {@code valueBytes} bytes. The name is valid during the call. */
    void field(Slice name, int valueBytes);
}
