package dev.larder.server.net;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.server.command.Node;
import dev.larder.server.command.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * What the connections of one event loop share, for only one of them is at work: the worker, the array that replies are
 * written to, and a buffer each for reading and sending. So a connection that waits holds no memory. Confined to the
 * loop's thread.
 */
public final class Loop {
    static final int READ_BYTES = 64 << 10;

    private static final int SEND_BYTES = 64 << 10;
    private static final int KEPT_BYTES = 256 << 10;

    private final Worker worker;
    private final ByteSink replies = new ByteSink(KEPT_BYTES);
    private final ByteBuf reading;
    private ByteBuf sending;
    private final boolean readsAtOnce;

    Loop(Node node, ByteBufAllocator allocator, boolean readsAtOnce) {
        this.worker = node.newWorker();
        this.reading = allocator.directBuffer(READ_BYTES, READ_BYTES);
        this.sending = allocator.directBuffer(SEND_BYTES, SEND_BYTES);
        this.readsAtOnce = readsAtOnce;
    }

    /** Runs commands. */
    public Worker worker() {
        return worker;
    }

    /** Where the connection at work writes its replies. Empty when none is. */
    public ByteSink replies() {
        return replies;
    }

    /** The replies as a buffer to be sent; they are taken out. */
    ByteBuf taken(ByteBufAllocator allocator) {
        int bytes = replies.length();
        ByteBuf buffer = bytes <= SEND_BYTES && sending.refCnt() == 1
                ? sending.clear().retain()
                : allocator.directBuffer(bytes, bytes);
        buffer.writeBytes(replies.array(), 0, bytes);
        replies.clear();
        return buffer;
    }

    /** Frees the buffers, when no connection is left. */
    void close() {
        reading.release();
        sending.release();
    }

    /** One read for each time that a connection has something, so that none keeps the others waiting. */
    DefaultMaxMessagesRecvByteBufAllocator reads() {
        return new DefaultMaxMessagesRecvByteBufAllocator(1) {
            @Override
            public MaxMessageHandle newHandle() {
                return new MaxMessageHandle() {
                    @Override
                    public int guess() {
                        return READ_BYTES;
                    }

                    @Override
                    public ByteBuf allocate(ByteBufAllocator allocator) {
                        return readsAtOnce && reading.refCnt() == 1
                                ? reading.clear().retain()
                                : allocator.ioBuffer(readsAtOnce ? READ_BYTES : READ_BYTES / 4);
                    }
                };
            }
        };
    }
}
