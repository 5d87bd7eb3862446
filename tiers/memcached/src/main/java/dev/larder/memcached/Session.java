package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.protocol.memcached.Limits;
import dev.larder.protocol.memcached.ProtocolException;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.ReplyParser;
import dev.larder.protocol.memcached.Request;
import dev.larder.protocol.memcached.RequestEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, from its greeting to its loss. Thread-safe; what is marked so is confined to the channel's
 * event loop.
 *
 * <p>What is sent together is written together, carried out in its order and answered in its order. Commands still
 * unanswered when the connection is lost fail then and are not sent again. Leases are bound to the session they were won
 * on: a server that restarted counts its CAS numbers anew, and no connection outlives that.
 */
final class Session extends ChannelInboundHandlerAdapter {
    /** Commands sent and not yet answered; more fail at once. */
    static final int MAX_UNANSWERED = 262_144;
    /** Bytes of those commands; more fail at once. */
    static final long MAX_UNANSWERED_BYTES = 128L << 20;

    /** Commands that were sent together, and what came of them. */
    private static final class Exchange {
        final int commands;
        final long bytes;
        final List<Reply> replies;
        final CompletableFuture<List<Reply>> answered = new CompletableFuture<>();

        Exchange(int commands, long bytes) {
            this.commands = commands;
            this.bytes = bytes;
            this.replies = new ArrayList<>(commands);
        }
    }

    private final String name;
    private final ReplyParser parser = new ReplyParser(Limits.DEFAULT);
    private final AtomicLong unanswered = new AtomicLong();
    private final AtomicLong unansweredBytes = new AtomicLong();
    private final CompletableFuture<Throwable> lost = new CompletableFuture<>();

    /** On the event loop only. */
    private final Deque<Exchange> waiting = new ArrayDeque<>();

    private boolean flushes;
    private @Nullable Throwable cause;
    private volatile @Nullable Channel channel;
    private volatile boolean open = true;
    private volatile boolean namesCas;

    Session(String name) {
        this.name = name;
    }

    /** Whether commands may be sent. One volatile read. */
    boolean isOpen() {
        return open;
    }

    /** Completes with the reason, on the event loop, when the connection is gone. */
    CompletableFuture<Throwable> lost() {
        return lost;
    }

    /** Whether the server lets its clients choose CAS numbers (the flag {@code E}). */
    boolean namesCas() {
        return namesCas;
    }

    void namesCas(boolean does) {
        namesCas = does;
    }

    /** Sends {@code requests}; completes on the event loop with their replies. */
    CompletableFuture<List<Reply>> send(List<Request> requests) {
        byte[][] bytes = new byte[requests.size()][];
        long length = 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = RequestEncoder.bytes(requests.get(i));
            length += bytes[i].length;
        }
        Exchange exchange = new Exchange(bytes.length, length);
        Channel to = channel;
        if (to == null || !open) {
            return CompletableFuture.failedFuture(closed());
        }
        long commands = unanswered.addAndGet(bytes.length);
        long all = unansweredBytes.addAndGet(length);
        if (commands > MAX_UNANSWERED || all > MAX_UNANSWERED_BYTES) {
            settle(exchange);
            return CompletableFuture.failedFuture(new TierException(
                    name + " is behind: more than " + MAX_UNANSWERED + " commands or " + MAX_UNANSWERED_BYTES
                            + " bytes wait for an answer",
                    null));
        }
        try {
            to.eventLoop().execute(() -> write(to, exchange, Unpooled.wrappedBuffer(bytes)));
        } catch (RejectedExecutionException closing) {
            settle(exchange);
            return CompletableFuture.failedFuture(closed());
        }
        return exchange.answered;
    }

    /** Lets go of the connection without waiting. */
    void close() {
        open = false;
        Channel to = channel;
        if (to != null) {
            var unused = to.close();
        }
    }

    /** Lets go of it because of {@code reason}, which is what {@link #lost()} tells. */
    void close(Throwable reason) {
        Channel to = channel;
        if (to != null && to.eventLoop().inEventLoop()) {
            cause = cause == null ? reason : cause;
        }
        close();
    }

    private void write(Channel to, Exchange exchange, ByteBuf bytes) {
        if (!open) {
            bytes.release();
            settle(exchange);
            exchange.answered.completeExceptionally(closed());
            return;
        }
        waiting.addLast(exchange);
        var unused = to.write(bytes).addListener(written -> {
            if (!written.isSuccess()) {
                close(written.cause());
            }
        });
        if (!flushes) { // behind what was handed over meanwhile, so that calls made together leave together
            flushes = true;
            to.eventLoop().execute(() -> {
                flushes = false;
                to.flush();
            });
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            ByteBuffer in = bytes.nioBuffer();
            for (Reply reply = parser.next(in); reply != null; reply = parser.next(in)) {
                answer(reply);
            }
        } catch (ProtocolException e) {
            close(e);
        } finally {
            bytes.release();
        }
    }

    private void answer(Reply reply) {
        Exchange first = waiting.peekFirst();
        if (first == null) {
            throw new ProtocolException("a reply came to no command");
        }
        first.replies.add(reply);
        if (first.replies.size() == first.commands) {
            waiting.removeFirst();
            settle(first);
            first.answered.complete(first.replies);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open = false;
        Throwable reason = cause == null ? new TierException(name + " lost the connection", null) : cause;
        TierException unknown = new TierException(name + " lost the connection before it answered", reason);
        for (Exchange exchange = waiting.pollFirst(); exchange != null; exchange = waiting.pollFirst()) {
            settle(exchange);
            exchange.answered.completeExceptionally(unknown);
        }
        lost.complete(reason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        close(failure);
    }

    private void settle(Exchange exchange) {
        unanswered.addAndGet(-exchange.commands);
        unansweredBytes.addAndGet(-exchange.bytes);
    }

    private TierException closed() {
        return new TierException(name + " has lost the connection", null);
    }
}
