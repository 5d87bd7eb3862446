package dev.larder.server.net;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.bytes.InputBuffer;
import dev.larder.server.client.Client;
import dev.larder.server.client.Line;
import dev.larder.server.command.Node;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * What connections have in common, whatever they speak: bytes are read where the loop reads, requests run until there is a
 * reason to stop, and all replies to what one read brought go out at once. Confined to its event loop's thread, but for
 * what {@link Line} gives to all.
 *
 * <p>It stops, takes no further request and reads no further byte, while more than {@value #FULL_BYTES} bytes wait to be
 * sent, while a command has it held, and while commands are paused. So a client that does not read holds its own replies
 * up and no memory: what it sends stays in the system's buffers, and then in its own.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be sent ends the connection, which is heard of otherwise
public abstract class Flow extends ChannelInboundHandlerAdapter implements Line {
    static final int FULL_BYTES = 1 << 20;
    /** How soon to look again where commands are paused. */
    protected static final int PAUSE_LOOK_MILLIS = 10;

    private static final Logger LOG = System.getLogger(Flow.class.getName());
    private static final int SEND_AT_BYTES = 48 << 10;
    /** So much of one whose command waits is read ahead, so that its end is noticed. */
    private static final int WAITING_BYTES = 64 << 10;

    private final Node node;
    private final Loop loop;
    private final Channel channel;
    private final ByteSink replies;
    private final Runnable resume = this::resume;

    // Of the loop's thread.
    private boolean isHeld;
    private boolean isFull;
    private boolean isClosing;
    private boolean isAtWork;
    private boolean wasGone;

    protected Flow(Node node, Loop loop, Channel channel) {
        this.node = node;
        this.loop = loop;
        this.channel = channel;
        this.replies = loop.replies();
    }

    /** Where bytes that come go. */
    protected abstract InputBuffer input();

    /** Runs one request, if there is one; whether there was one. What is no request is answered, and ends the connection. */
    protected abstract boolean runNext();

    /** Answers for a command that failed: what was to be answered is taken back already. */
    protected abstract void failed();

    /** Whose connection it is. */
    protected abstract Client client();

    /** Lets go of what the connection held; it has ended. */
    protected abstract void ended();

    protected final Node node() {
        return node;
    }

    protected final Loop loop() {
        return loop;
    }

    protected final Channel channel() {
        return channel;
    }

    /** Where replies are gathered. */
    protected final ByteSink replies() {
        return replies;
    }

    protected final boolean isAtWork() {
        return isAtWork;
    }

    /** Where a connection came from. */
    protected static Client.Origin origin(Node node, Channel channel) {
        return new Client.Origin(
                Addresses.text(channel.remoteAddress()),
                Addresses.text(channel.localAddress()),
                node.clock().millis());
    }

    // Reading.

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf in = (ByteBuf) read;
        try {
            loop.worker().bytesIn.add(in.readableBytes());
            client().heardAt(node.clock().millis());
            while (in.isReadable() && !isClosing) {
                byte[] target = input().target();
                int count = Math.min(in.readableBytes(), input().room());
                in.readBytes(target, input().targetOffset(), count);
                input().filled(count);
                work();
            }
        } finally {
            in.release();
        }
        send();
    }

    /** Runs what requests there are, until it has to stop. */
    private void work() {
        work(() -> {});
    }

    private void work(Runnable first) {
        isAtWork = true;
        loop.worker().begin();
        try {
            first.run();
            while (!isStopped() && runNext()) {
                if (replies.length() >= SEND_AT_BYTES) {
                    send();
                    loop.worker().begin();
                }
            }
            if (isStopped()) {
                input().park();
            }
        } catch (RuntimeException | StackOverflowError bug) {
            LOG.log(Level.ERROR, "a command failed, and its connection ends", bug);
            replies.clear();
            input().clear();
            failed();
            isClosing = true;
        } finally {
            isAtWork = false;
        }
    }

    private boolean isStopped() {
        return isHeld || isFull || isClosing || client().isWaiting();
    }

    private boolean reads() {
        boolean isOnlyWaiting = client().isWaiting() && !isHeld && !isFull && !isClosing;
        return !isStopped() || (isOnlyWaiting && heldBytes() < WAITING_BYTES);
    }

    private void resume() {
        isHeld = false;
        if (!isStopped() && channel.isActive()) {
            work();
            send();
        }
    }

    // Sending.

    private void send() {
        if (replies.length() > 0) {
            loop.worker().bytesOut.add(replies.length());
            channel.writeAndFlush(loop.taken(channel.alloc()), channel.voidPromise());
        }
        if (isClosing) {
            endWhenSent();
        } else {
            isFull = !channel.isWritable();
            boolean reads = reads();
            if (channel.config().isAutoRead() != reads) {
                channel.config().setAutoRead(reads);
            }
        }
    }

    private void endWhenSent() {
        channel.config().setAutoRead(false);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (isFull && channel.isWritable() && !isAtWork) {
            isFull = false;
            channel.eventLoop().execute(resumeIfNotHeld());
        }
    }

    private Runnable resumeIfNotHeld() {
        return isHeld ? () -> {} : resume;
    }

    // What clients can do.

    @Override
    public void closeWhenSent() {
        isClosing = true;
    }

    @Override
    public void kill() {
        if (channel.eventLoop().inEventLoop()) {
            isClosing = true;
        }
        channel.close();
    }

    @Override
    public void hold(long millis) {
        isHeld = true;
        channel.eventLoop().schedule(resume, Math.max(1, millis), TimeUnit.MILLISECONDS);
    }

    @Override
    public void run(Runnable task) {
        try {
            channel.eventLoop().execute(() -> runHere(task));
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "connection {0} has nobody to run for it: the server ends", client().id());
        }
    }

    @Override
    public Future<?> later(long millis, Runnable task) {
        return channel.eventLoop().schedule(() -> runHere(task), millis, TimeUnit.MILLISECONDS);
    }

    private void runHere(Runnable task) {
        if (!wasGone && channel.isActive()) {
            work(task);
            send();
        }
    }

    @Override
    public long unsentBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    // The end.

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        gone(); // one that broke before it was active
    }

    private void gone() {
        if (!wasGone) {
            wasGone = true;
            isClosing = true;
            ended();
            input().clear();
            node.gone(client());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean isUsual = cause instanceof IOException || cause.getCause() instanceof SSLException;
        if (!isUsual) {
            LOG.log(Level.WARNING, "connection " + client().id() + " ends", cause);
        }
        kill();
    }
}
