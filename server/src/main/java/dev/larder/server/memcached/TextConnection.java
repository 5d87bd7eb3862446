package dev.larder.server.memcached;

import dev.larder.protocol.bytes.InputBuffer;
import dev.larder.protocol.memcached.ProtocolException;
import dev.larder.protocol.memcached.Reply.Word;
import dev.larder.protocol.memcached.server.Command;
import dev.larder.protocol.memcached.server.TextRequest;
import dev.larder.protocol.memcached.server.TextRequestParser;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Client;
import dev.larder.server.client.Message;
import dev.larder.server.command.TooMuchException;
import dev.larder.server.net.Flow;
import dev.larder.server.net.Loop;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OutOfRoomException;
import io.netty.channel.Channel;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** One connection of a Memcached client. What it has in common with others is in {@link Flow}. */
final class TextConnection extends Flow {
    private static final Logger LOG = System.getLogger(TextConnection.class.getName());
    private static final int BINARY_REQUEST = 0x80;
    private static final int BINARY_REPLY = 0x81;
    private static final int UNKNOWN_COMMAND = 0x81;
    private static final int BINARY_HEAD = 24;
    private static final String NO_BINARY = "the binary protocol is not spoken here";
    private static final String NO_ROOM = "SERVER_ERROR out of memory storing object";
    private static final int FREE_FAILURES = 3;
    private static final int FAILURE_MILLIS = 100;
    private static final int MOST_FAILURE_MILLIS = 2_000;

    private static final Map<Command, String> NAMES = names();

    private final MemcachedPort port;
    private final Desk desk;
    private final TextRequestParser parser;
    private final Client client;
    private final ClassicCommands classic;
    private final MetaCommands meta;
    private boolean hasSpoken;

    TextConnection(MemcachedPort port, Loop loop, Channel channel) {
        super(port.node(), loop, channel);
        this.port = port;
        this.desk = port.desk(loop);
        this.parser = new TextRequestParser(port.limits(), loop.worker().scratch());
        Storing storing = new Storing(desk, port.limits().maxValueBytes());
        Deltas deltas = new Deltas(desk);
        this.classic = new ClassicCommands(desk, storing, deltas);
        this.meta = new MetaCommands(desk, storing, deltas);
        this.client = new Client(node().clients().nextId(), this, origin(node(), channel), new ReplyWriter(replies()));
        client.library("memcached");
        client.authenticated(!port.users().areNeeded());
        node().clients().add(client);
    }

    private static Map<Command, String> names() {
        Map<Command, String> names = new EnumMap<>(Command.class);
        for (Command each : Command.values()) {
            names.put(each, each.name().toLowerCase(Locale.ROOT));
        }
        return names;
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
    protected void failed() {
        desk.out.line("SERVER_ERROR internal error");
    }

    @Override
    protected void ended() {
        // holds nothing but its input
    }

    @Override
    protected boolean runNext() {
        if (!hasSpoken && input().end() > input().start()) {
            hasSpoken = true;
            if ((input().array()[input().start()] & 0xFF) == BINARY_REQUEST) {
                refuseBinary();
                return false;
            }
        }
        if (node().isPaused(true) && input().end() > input().start()) {
            hold(PAUSE_LOOK_MILLIS);
            return false;
        }
        try {
            if (!parser.next()) {
                return false;
            }
        } catch (ProtocolException broken) {
            LOG.log(Level.DEBUG, "connection {0} ends: {1}", client.id(), broken.getMessage());
            closeWhenSent();
            return false;
        }
        answer(parser.request());
        return true;
    }

    /** Tells a binary client in its own protocol. */
    private void refuseBinary() {
        byte[] text = NO_BINARY.getBytes(StandardCharsets.US_ASCII);
        byte[] head = new byte[BINARY_HEAD];
        int first = input().start();
        head[0] = (byte) BINARY_REPLY;
        head[1] = input().end() > first + 1 ? input().array()[first + 1] : 0;
        head[7] = (byte) UNKNOWN_COMMAND;
        head[11] = (byte) text.length;
        replies().put(head);
        replies().put(text);
        LOG.log(
                Level.WARNING,
                "a client from {0} speaks the binary protocol: it must speak text",
                client.origin().remote());
        input().clear();
        closeWhenSent();
    }

    private void answer(TextRequest request) {
        int start = replies().length();
        String name = NAMES.get(request.command());
        client.heard(name == null ? "unknown" : name);
        desk.commandRan();
        try {
            String refusal = request.refusal();
            if (refusal != null) {
                refused(request, refusal);
            } else {
                run(request);
            }
        } catch (OutOfRoomException full) {
            replies().cut(start);
            desk.count(Count.STORE_NO_MEMORY);
            desk.refused();
            desk.out.line(NO_ROOM);
        } catch (TooMuchException tooMuch) {
            replies().cut(start);
            LOG.log(Level.WARNING, "connection {0} ends: {1}", client.id(), tooMuch.getMessage());
            kill();
        }
        if (request.isQuiet() && !isMeta(request)) {
            replies().cut(start);
        }
        desk.node.notices().flush(client);
    }

    private static boolean isMeta(TextRequest request) {
        return switch (request.command()) {
            case MG, MS, MD, MA, MN, ME -> true;
            default -> false;
        };
    }

    private void refused(TextRequest request, String refusal) {
        desk.refused();
        if (request.isTooLarge()) {
            desk.count(Count.STORE_TOO_LARGE);
            boolean isSet = switch (request.command()) {
                case SET, MS -> true;
                default -> false;
            };
            if (isSet) {
                try (Entry entry = desk.open(request, 0)) {
                    desk.remove(entry);
                }
            }
        }
        if (!request.isQuiet()) {
            desk.out.line(refusal);
        }
    }

    private void run(TextRequest request) {
        switch (request.command()) {
            case GET, GETS, GAT, GATS -> classic.get(request);
            case SET, ADD, REPLACE, APPEND, PREPEND, CAS -> classic.store(request);
            case DELETE -> classic.delete(request);
            case INCR, DECR -> classic.change(request);
            case TOUCH -> classic.touch(request);
            case MG -> meta.get(request);
            case MS -> meta.set(request);
            case MD -> meta.delete(request);
            case MA -> meta.change(request);
            case ME -> meta.debug(request);
            case MN -> desk.out.line("MN");
            case LOGIN -> logIn(request);
            case QUIT -> closeWhenSent();
            case FLUSH_ALL -> flush(request);
            case VERSION -> desk.out.line("VERSION " + MemcachedPort.VERSION);
            case STATS -> new Statistics(port, desk.out).answer(request);
            case VERBOSITY -> desk.out.word(Word.OK);
            case CACHE_MEMLIMIT -> limit(request);
            case SHUTDOWN -> desk.out.line("ERROR: shutdown not enabled");
            case UNKNOWN -> desk.out.line("ERROR");
        }
    }

    private void logIn(TextRequest request) {
        desk.count(Count.AUTH_CMDS);
        if (port.users().accept(request.key(0), request.key(1))) {
            client.authenticated(true);
            desk.out.word(Word.STORED);
            return;
        }
        desk.count(Count.AUTH_ERRORS);
        int failures = client.failed();
        if (failures > FREE_FAILURES) {
            long delay = Math.min(MOST_FAILURE_MILLIS, (long) FAILURE_MILLIS * (failures - FREE_FAILURES));
            hold(delay);
        }
        desk.out.line("CLIENT_ERROR authentication failure");
    }

    private void flush(TextRequest request) {
        desk.count(Count.CMD_FLUSH);
        port.flush(
                request.hasExpiry() ? Times.moment(request.expiry(), desk.now()) : 0,
                channel().eventLoop());
        desk.out.word(Word.OK);
    }

    private void limit(TextRequest request) {
        long megabytes = request.delta();
        if (megabytes < 8) {
            desk.out.line("MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m");
        } else if (megabytes > 1_000_000_000) {
            desk.out.line("MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes");
        } else {
            node().settings().change(Map.of("maxmemory", Long.toString(megabytes << 20)));
            desk.out.word(Word.OK);
        }
    }

    // What clients can do.

    @Override
    public void deliver(Message message) {
        // listens to nothing
    }

    @Override
    public void authenticated(boolean is) {
        parser.needsLogin(!is);
    }

    @Override
    public int heldBytes() {
        return parser.heldBytes();
    }
}
