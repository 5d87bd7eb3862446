package dev.larder.server.net;

import dev.larder.protocol.bytes.InputBuffer;
import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ProtocolException;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.protocol.resp.RequestLimits;
import dev.larder.protocol.resp.RequestParser;
import dev.larder.server.client.Client;
import dev.larder.server.client.Message;
import dev.larder.server.command.Node;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection that speaks Redis's protocol; what it has in common with others is in {@link Flow}. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be sent ends the connection, which is heard of otherwise
final class Connection extends Flow {
    private static final Logger LOG = System.getLogger(Connection.class.getName());

    private final RequestParser parser;
    private final Client client;
    private final Runnable flush = this::flushDelivered;

    // Of the loop's thread.
    private boolean flushIsDue;
    private @Nullable Arguments postponed;
    private final ArrayDeque<byte[]> afterCommand = new ArrayDeque<>(0);

    // Messages from other loops.
    private final Queue<Message> delivered = new ConcurrentLinkedQueue<>();
    private final AtomicLong deliveredBytes = new AtomicLong();
    private final AtomicBoolean isDrainDue = new AtomicBoolean();

    Connection(Node node, Loop loop, Channel channel, RequestLimits limits) {
        super(node, loop, channel);
        this.parser = new RequestParser(limits, loop.worker().scratch());
        this.client = new Client(node.clients().nextId(), this, origin(node, channel), new ReplyWriter(replies()));
        node.access().arrived(client);
        node.clients().add(client);
    }

    @Override
    protected InputBuffer input() {
        return parser.input();
    }

    @Override
    protected Client client() {
        return client;
    }

    @Override
    protected boolean runNext() {
        try {
            Arguments waiting = postponed;
            if (waiting == null && !parser.next()) {
                return false;
            }
            run(waiting);
            return true;
        } catch (ProtocolException broken) {
            client.out().error(broken);
            closeWhenSent();
            return false;
        }
    }

    private void run(@Nullable Arguments waiting) {
        Arguments arguments = waiting == null ? parser.arguments() : waiting;
        postponed = null;
        if (!loop().worker().dispatcher().run(client, arguments)) {
            postponed = waiting == null ? arguments.detached() : waiting;
            hold(PAUSE_LOOK_MILLIS);
        }
        while (!afterCommand.isEmpty()) {
            replies().put(afterCommand.remove());
        }
    }

    @Override
    protected void failed() {
        client.out().error("ERR internal error");
    }

    // What clients can do.

    @Override
    public void deliver(Message message) {
        if (channel().eventLoop().inEventLoop()) {
            drain(); // what others sent before is not overtaken
            deliverHere(message);
            return;
        }
        delivered.add(message);
        long waiting = deliveredBytes.addAndGet(message.three().length);
        long limit = node().settings().live().outputs().pubsub().hardBytes();
        if (limit > 0 && waiting > limit) {
            kill();
        }
        if (isDrainDue.compareAndSet(false, true)) {
            channel().eventLoop().execute(this::drain);
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
        if (!isAtWork()) {
            write(bytes);
        } else if (client.transaction().isRunning() || client.replies() != Client.Replies.ON) {
            afterCommand.add(bytes);
        } else {
            replies().put(bytes);
        }
    }

    private void write(byte[] bytes) {
        if (!channel().isActive()) {
            return;
        }
        loop().worker().bytesOut.add(bytes.length);
        channel().write(Unpooled.wrappedBuffer(bytes), channel().voidPromise());
        long limit = node().settings().live().outputs().pubsub().hardBytes();
        if (limit > 0 && unsentBytes() > limit) {
            LOG.log(Level.WARNING, "connection {0} ends: it does not read what it listens to", client.id());
            kill();
        } else if (!flushIsDue) {
            flushIsDue = true;
            channel().eventLoop().execute(flush);
        }
    }

    private void flushDelivered() {
        flushIsDue = false;
        channel().flush();
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
        return super.unsentBytes() + deliveredBytes.get();
    }

    @Override
    protected void ended() {
        postponed = null;
    }
}
