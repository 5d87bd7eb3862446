package dev.larder.server.net;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ProtocolException;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.protocol.resp.RequestLimits;
import dev.larder.protocol.resp.RequestParser;
import dev.larder.server.client.Client;
import dev.larder.server.client.Line;
import dev.larder.server.client.Message;
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
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection: reads requests, has them run, sends replies, all replies to what one read brought at once. Confined to
 * its event loop's thread, but for what {@link Line} gives to all.
 *
 * <p>It stops, takes no further request and reads no further byte, while more than {@value #FULL_BYTES} bytes wait to be
 * sent, while a command has it held, and while commands are paused. So a client that does not read holds its own replies
 * up and no memory: what it sends stays in the system's buffers, and then in its own.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be sent ends the connection, which is heard of otherwise
final class Connection extends ChannelInboundHandlerAdapter implements Line {
    static final int FULL_BYTES = 1 << 20;

    private static final Logger LOG = System.getLogger(Connection.class.getName());
    private static final int SEND_AT_BYTES = 48 << 10;
    private static final int PAUSE_LOOK_MILLIS = 10;

    private final Node node;
    private final Loop loop;
    private final Channel channel;
    private final RequestParser parser;
    private final ByteSink replies;
    private final Client client;
    private final Runnable flush = this::flushDelivered;
    private final Runnable resume = this::resume;

    // Of the loop's thread.
    private boolean isHeld;
    private boolean isFull;
    private boolean isClosing;
    private boolean isAtWork;
    private boolean flushIsDue;
    private boolean wasGone;
    private @Nullable Arguments postponed;
    private final ArrayDeque<byte[]> afterCommand = new ArrayDeque<>(0);

    // Messages from other loops.
    private final Queue<Message> delivered = new ConcurrentLinkedQueue<>();
    private final AtomicLong deliveredBytes = new AtomicLong();
    private final AtomicBoolean isDrainDue = new AtomicBoolean();

    Connection(Node node, Loop loop, Channel channel, RequestLimits limits) {
        this.node = node;
        this.loop = loop;
        this.channel = channel;
        this.parser = new RequestParser(limits, loop.worker().scratch());
        this.replies = loop.replies();
        Client.Origin origin = new Client.Origin(
                Addresses.text(channel.remoteAddress()),
                Addresses.text(channel.localAddress()),
                node.clock().millis());
        this.client = new Client(node.clients().nextId(), this, origin, new ReplyWriter(replies));
        client.authenticated(!node.password().isSet());
        node.clients().add(client);
    }

    // Reading.

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf in = (ByteBuf) read;
        try {
            loop.worker().bytesIn.add(in.readableBytes());
            client.heardAt(node.clock().millis());
            while (in.isReadable() && !isClosing) {
                byte[] target = parser.input().target();
                int count = Math.min(in.readableBytes(), parser.input().room());
                in.readBytes(target, parser.input().targetOffset(), count);
                parser.input().filled(count);
                work();
            }
        } finally {
            in.release();
        }
        send();
    }

    /** Runs what requests there are, until it has to stop. */
    private void work() {
        isAtWork = true;
        try {
            while (!isStopped() && runNext()) {
                if (replies.length() >= SEND_AT_BYTES) {
                    send();
                }
            }
            if (isStopped()) {
                parser.input().park();
            }
        } catch (ProtocolException broken) {
            client.out().error(broken);
            isClosing = true;
        } catch (RuntimeException | StackOverflowError bug) {
            LOG.log(Level.ERROR, "a command failed, and its connection ends", bug);
            replies.clear();
            parser.input().clear();
            client.out().error("ERR internal error");
            isClosing = true;
        } finally {
            isAtWork = false;
        }
    }

    /** Runs one request; whether there was one. */
    private boolean runNext() {
        Arguments waiting = postponed;
        if (waiting == null && !parser.next()) {
            return false;
        }
        Arguments arguments = waiting == null ? parser.arguments() : waiting;
        postponed = null;
        if (!loop.worker().dispatcher().run(client, arguments)) {
            postponed = waiting == null ? arguments.detached() : waiting;
            hold(node.clock().millis() + PAUSE_LOOK_MILLIS);
        }
        while (!afterCommand.isEmpty()) {
            replies.put(afterCommand.remove());
        }
        return true;
    }

    private boolean isStopped() {
        return isHeld || isFull || isClosing;
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
            boolean reads = !isStopped();
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
    public void deliver(Message message) {
        if (channel.eventLoop().inEventLoop()) {
            deliverHere(message);
            return;
        }
        delivered.add(message);
        long waiting = deliveredBytes.addAndGet(message.three().length);
        long limit = node.settings().live().outputs().pubsub().hardBytes();
        if (limit > 0 && waiting > limit) {
            kill();
        }
        if (isDrainDue.compareAndSet(false, true)) {
            channel.eventLoop().execute(this::drain);
        }
    }

    private void drain() {
        isDrainDue.set(false);
        for (Message next = delivered.poll(); next != null; next = delivered.poll()) {
            deliveredBytes.addAndGet(-next.three().length);
            deliverHere(next);
        }
    }

    private void deliverHere(Message message) {
        byte[] bytes = message.bytes(client.isThree());
        if (!isAtWork) {
            write(bytes);
        } else if (client.transaction().isRunning() || client.replies() != Client.Replies.ON) {
            afterCommand.add(bytes);
        } else {
            replies.put(bytes);
        }
    }

    private void write(byte[] bytes) {
        if (!channel.isActive()) {
            return;
        }
        loop.worker().bytesOut.add(bytes.length);
        channel.write(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
        long limit = node.settings().live().outputs().pubsub().hardBytes();
        if (limit > 0 && unsentBytes() > limit) {
            LOG.log(Level.WARNING, "connection {0} ends: it does not read what it listens to", client.id());
            kill();
        } else if (!flushIsDue) {
            flushIsDue = true;
            channel.eventLoop().execute(flush);
        }
    }

    private void flushDelivered() {
        flushIsDue = false;
        channel.flush();
    }

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
    public void hold(long untilMillis) {
        isHeld = true;
        long millis = Math.max(1, untilMillis - node.clock().millis());
        channel.eventLoop().schedule(resume, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void authenticated(boolean is) {
        parser.authenticated(is);
    }

    @Override
    public int heldBytes() {
        return parser.heldBytes();
    }

    @Override
    public long unsentBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return (buffer == null ? 0 : buffer.totalPendingWriteBytes()) + deliveredBytes.get();
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
            postponed = null;
            parser.input().clear();
            node.gone(client);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(Level.WARNING, "connection " + client.id() + " ends", cause);
        }
        kill();
    }
}
