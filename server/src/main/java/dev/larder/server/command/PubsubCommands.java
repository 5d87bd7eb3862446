package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Channels;
import dev.larder.server.client.Client;
import dev.larder.server.client.Glob;
import dev.larder.server.client.Key;
import dev.larder.server.client.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Channels: messages to whoever listens now. */
final class PubsubCommands {
    private static final byte[] MESSAGE = Ascii.bytes("message");
    private static final byte[] SHARD_MESSAGE = Ascii.bytes("smessage");
    private static final byte[] PATTERN_MESSAGE = Ascii.bytes("pmessage");
    private static final int MOST_NAMES = 1 << 20;

    private PubsubCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("subscribe", call -> join(call, Kind.CHANNEL));
        bodies.put("psubscribe", call -> join(call, Kind.PATTERN));
        bodies.put("ssubscribe", call -> join(call, Kind.SHARD));
        bodies.put("unsubscribe", call -> leave(call, Kind.CHANNEL));
        bodies.put("punsubscribe", call -> leave(call, Kind.PATTERN));
        bodies.put("sunsubscribe", call -> leave(call, Kind.SHARD));
        bodies.put("publish", PubsubCommands::publish);
        bodies.put("spublish", PubsubCommands::spublish);
        bodies.put("pubsub|channels", call -> names(call, call.node().channels()));
        bodies.put("pubsub|shardchannels", call -> names(call, call.node().shardChannels()));
        bodies.put("pubsub|numsub", call -> counts(call, call.node().channels()));
        bodies.put("pubsub|shardnumsub", call -> counts(call, call.node().shardChannels()));
        bodies.put(
                "pubsub|numpat",
                call -> call.out().integer(call.node().patterns().count()));
        bodies.put("pubsub|help", HelpText::reply);
    }

    /** What one can listen to. */
    private enum Kind {
        CHANNEL("subscribe", "unsubscribe"),
        PATTERN("psubscribe", "punsubscribe"),
        SHARD("ssubscribe", "sunsubscribe");

        private final String joined;
        private final String left;

        Kind(String joined, String left) {
            this.joined = joined;
            this.left = left;
        }

        Channels all(Node node) {
            return switch (this) {
                case CHANNEL -> node.channels();
                case PATTERN -> node.patterns();
                case SHARD -> node.shardChannels();
            };
        }

        Set<Key> of(Client client) {
            return switch (this) {
                case CHANNEL -> client.channels();
                case PATTERN -> client.patterns();
                case SHARD -> client.shardChannels();
            };
        }

        /** What a reply counts. */
        int count(Client client) {
            return this == SHARD
                    ? client.shardChannels().size()
                    : client.channels().size() + client.patterns().size();
        }
    }

    private static void join(Call call, Kind kind) {
        Client client = call.client();
        if (client.listening() + call.count() > MOST_NAMES) {
            throw new Complaint("ERR a connection may listen to at most " + MOST_NAMES + " channels");
        }
        for (int i = 1; i < call.count(); i++) {
            Key name = new Key(call.arguments().copy(i));
            kind.all(call.node()).add(name, client, kind.of(client));
            told(call, kind.joined, name, kind.count(client));
        }
    }

    private static void leave(Call call, Kind kind) {
        Client client = call.client();
        List<Key> names = new ArrayList<>();
        if (call.count() == 1) {
            names.addAll(kind.of(client));
            if (names.isEmpty()) {
                told(call, kind.left, null, kind.count(client));
            }
        } else {
            for (int i = 1; i < call.count(); i++) {
                names.add(new Key(call.arguments().copy(i)));
            }
        }
        for (Key name : names) {
            kind.all(call.node()).remove(name, client, kind.of(client));
            told(call, kind.left, name, kind.count(client));
        }
    }

    private static void told(Call call, String what, @Nullable Key name, int count) {
        ReplyWriter out = call.out();
        out.push(3);
        out.bulk(what);
        if (name == null) {
            out.nil();
        } else {
            out.bulk(name.bytes());
        }
        out.integer(count);
    }

    /** A client has gone. */
    static void leaveAll(Node node, Client client) {
        for (Kind kind : Kind.values()) {
            for (Key name : List.copyOf(kind.of(client))) {
                kind.all(node).remove(name, client, kind.of(client));
            }
        }
    }

    private static void publish(Call call) {
        boolean isHeard =
                !call.node().patterns().isEmpty() || !call.node().channels().isEmpty();
        call.out()
                .integer(
                        isHeard
                                ? publish(
                                        call.node(),
                                        call.arguments().copy(1),
                                        call.arguments().copy(2))
                                : 0);
    }

    /** Sends a message to all who listen; how many. */
    static int publish(Node node, byte[] channel, byte[] text) {
        int count = 0;
        Key name = new Key(channel);
        if (node.channels().count(name) > 0) {
            count = node.channels().send(name, message(MESSAGE, channel, text));
        }
        if (!node.patterns().isEmpty()) {
            int[] more = {0};
            node.patterns().each((pattern, listeners) -> {
                if (Glob.matches(pattern.bytes(), channel, 0, channel.length)) {
                    Message message = patternMessage(pattern.bytes(), channel, text);
                    listeners.forEach(client -> client.line().deliver(message));
                    more[0] += listeners.size();
                }
            });
            count += more[0];
        }
        return count;
    }

    private static void spublish(Call call) {
        byte[] channel = call.arguments().copy(1);
        Key name = new Key(channel);
        Channels all = call.node().shardChannels();
        call.out()
                .integer(
                        all.count(name) == 0
                                ? 0
                                : all.send(
                                        name,
                                        message(
                                                SHARD_MESSAGE,
                                                channel,
                                                call.arguments().copy(2))));
    }

    private static Message message(byte[] kind, byte[] channel, byte[] text) {
        return Message.of(out -> {
            out.push(3);
            out.bulk(kind);
            out.bulk(channel);
            out.bulk(text);
        });
    }

    private static Message patternMessage(byte[] pattern, byte[] channel, byte[] text) {
        return Message.of(out -> {
            out.push(4);
            out.bulk(PATTERN_MESSAGE);
            out.bulk(pattern);
            out.bulk(channel);
            out.bulk(text);
        });
    }

    private static void names(Call call, Channels channels) {
        if (call.count() > 3) {
            throw Dispatcher.wrongCount(call.command());
        }
        byte[] pattern = call.count() == 3 ? call.arguments().copy(2) : null;
        int opened = call.out().open();
        int count = 0;
        for (Key name : channels.names()) {
            if (pattern == null || Glob.matches(pattern, name.bytes(), 0, name.bytes().length)) {
                call.room(name.bytes().length);
                call.out().bulk(name.bytes());
                count++;
            }
        }
        call.out().close(opened, ReplyWriter.Aggregate.ARRAY, count);
    }

    private static void counts(Call call, Channels channels) {
        call.out().array(2 * (call.count() - 2));
        for (int i = 2; i < call.count(); i++) {
            byte[] name = call.arguments().copy(i);
            call.out().bulk(name);
            call.out().integer(channels.count(new Key(name)));
        }
    }
}
