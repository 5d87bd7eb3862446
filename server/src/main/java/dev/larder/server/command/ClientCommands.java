package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.client.Client;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code CLIENT}: what is known of connections, and what can be done to them. */
final class ClientCommands {
    private static final byte[] ON = Ascii.bytes("on");
    private static final byte[] OFF = Ascii.bytes("off");
    private static final byte[] SKIP = Ascii.bytes("skip");
    private static final byte[] ALL = Ascii.bytes("all");
    private static final byte[] WRITE = Ascii.bytes("write");
    private static final byte[] ID = Ascii.bytes("id");
    private static final byte[] TYPE = Ascii.bytes("type");
    private static final byte[] ADDR = Ascii.bytes("addr");
    private static final byte[] LADDR = Ascii.bytes("laddr");
    private static final byte[] SKIPME = Ascii.bytes("skipme");
    private static final byte[] USER = Ascii.bytes("user");
    private static final byte[] YES = Ascii.bytes("yes");
    private static final byte[] NO = Ascii.bytes("no");
    private static final byte[] LIB_NAME = Ascii.bytes("lib-name");
    private static final byte[] LIB_VER = Ascii.bytes("lib-ver");
    private static final String NAME = "ERR Client names cannot contain spaces, newlines or special characters.";
    private static final String TIMEOUT = "ERR timeout is not an integer or out of range";
    private static final String NEGATIVE_TIMEOUT = "ERR timeout is negative";
    private static final String CLIENT_ID = "ERR client-id should be greater than 0";
    private static final String INVALID_ID = "ERR Invalid client ID";
    private static final String NO_SUCH_CLIENT = "ERR No such client";
    private static final String PAUSE_MODE = "ERR CLIENT PAUSE mode must be WRITE or ALL";

    private ClientCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("client|id", call -> call.out().integer(call.client().id()));
        bodies.put("client|getname", call -> {
            if (call.client().name().isEmpty()) {
                call.out().nil();
            } else {
                call.out().bulk(call.client().name());
            }
        });
        bodies.put("client|setname", call -> {
            checkName(call, 2);
            call.client().name(call.text(2));
            call.out().ok();
        });
        bodies.put("client|setinfo", ClientCommands::setinfo);
        bodies.put(
                "client|info",
                call -> call.out()
                        .verbatim(
                                "txt",
                                ClientLine.of(call.client(), call.node().watch().isMonitor(call.client()), call.now())
                                        + "\n"));
        bodies.put("client|list", ClientCommands::list);
        bodies.put("client|kill", ClientCommands::kill);
        bodies.put("client|reply", ClientCommands::reply);
        bodies.put("client|pause", ClientCommands::pause);
        bodies.put("client|unpause", call -> {
            call.node().pause(Node.Pause.NONE);
            call.out().ok();
        });
        bodies.put("client|no-evict", call -> {
            onOff(call);
            call.out().ok();
        });
        bodies.put("client|no-touch", call -> {
            call.client().untouching(onOff(call));
            call.out().ok();
        });
        bodies.put("client|help", HelpText::reply);
    }

    private static boolean onOff(Call call) {
        if (!call.is(2, ON) && !call.is(2, OFF)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        return call.is(2, ON);
    }

    /** Whether each byte can be printed and is no space. */
    private static boolean isPlain(Call call, int index) {
        byte[] bytes = call.arguments().copy(index);
        for (byte each : bytes) {
            if (each < '!' || each > '~') {
                return false;
            }
        }
        return true;
    }

    static void checkName(Call call, int index) {
        if (!isPlain(call, index)) {
            throw new Complaint(NAME);
        }
    }

    private static void setinfo(Call call) {
        boolean isName = call.is(2, LIB_NAME);
        if (!isName && !call.is(2, LIB_VER)) {
            throw new Complaint("ERR Unrecognized option '" + call.text(2) + "'");
        }
        if (!isPlain(call, 3)) {
            throw new Complaint("ERR " + call.text(2).toLowerCase(Locale.ROOT)
                    + " cannot contain spaces, newlines or special characters.");
        }
        if (isName) {
            call.client().library(call.text(3));
        } else {
            call.client().libraryVersion(call.text(3));
        }
        call.out().ok();
    }

    /** Whether a client is of a type that Redis has a word for; null for a word that it has not. */
    private static @Nullable Predicate<Client> ofType(Call call, int index) {
        return switch (call.text(index).toLowerCase(Locale.ROOT)) {
            case "normal" -> client -> !client.isListening();
            case "pubsub" -> Client::isListening;
            case "master", "slave", "replica" -> client -> false;
            default -> null;
        };
    }

    private static Predicate<Client> knownType(Call call, int index) {
        Predicate<Client> predicate = ofType(call, index);
        if (predicate == null) {
            throw new Complaint("ERR Unknown client type '" + call.text(index) + "'");
        }
        return predicate;
    }

    private static void list(Call call) {
        Predicate<Client> wanted = client -> true;
        if (call.count() == 4 && call.is(2, TYPE)) {
            wanted = knownType(call, 3);
        } else if (call.count() >= 4 && call.is(2, ID)) {
            wanted = client -> false;
            for (int i = 3; i < call.count(); i++) {
                if (!call.arguments().isLong(i)) {
                    throw new Complaint(INVALID_ID);
                }
                long id = call.arguments().toLong(i);
                wanted = wanted.or(client -> client.id() == id);
            }
        } else if (call.count() != 2) {
            throw new Complaint(Complaint.SYNTAX);
        }
        StringBuilder text = new StringBuilder();
        for (Client client : call.node().clients().all()) {
            if (wanted.test(client)) {
                text.append(ClientLine.of(client, call.node().watch().isMonitor(client), call.now()))
                        .append('\n');
            }
        }
        call.room(text.length());
        call.out().verbatim("txt", text.toString());
    }

    private static void kill(Call call) {
        boolean isOld = call.count() == 3;
        boolean skipsMe = !isOld;
        Predicate<Client> wanted = client -> true;
        if (isOld) {
            String address = call.text(2);
            wanted = client -> client.origin().remote().equals(address);
        } else {
            for (int i = 2; i < call.count(); i += 2) {
                if (i + 1 >= call.count()) {
                    throw new Complaint(Complaint.SYNTAX);
                }
                if (call.is(i, SKIPME) && (call.is(i + 1, YES) || call.is(i + 1, NO))) {
                    skipsMe = call.is(i + 1, YES);
                } else {
                    wanted = wanted.and(filter(call, i));
                }
            }
        }
        int killed = 0;
        boolean killsMe = false;
        for (Client client : call.node().clients().all()) {
            if (wanted.test(client) && !(skipsMe && client == call.client())) {
                killed++;
                killsMe |= client == call.client();
                if (client != call.client()) {
                    client.line().kill();
                }
            }
        }
        if (isOld && killed == 0) {
            throw new Complaint(NO_SUCH_CLIENT);
        }
        if (isOld) {
            call.out().ok();
        } else {
            call.out().integer(killed);
        }
        if (killsMe) {
            call.client().line().closeWhenSent();
        }
    }

    private static Predicate<Client> filter(Call call, int index) {
        String value = call.text(index + 1);
        if (call.is(index, ID)) {
            if (!call.arguments().isLong(index + 1) || call.arguments().toLong(index + 1) < 1) {
                throw new Complaint(CLIENT_ID);
            }
            long id = call.arguments().toLong(index + 1);
            return client -> client.id() == id;
        }
        if (call.is(index, TYPE)) {
            return knownType(call, index + 1);
        }
        if (call.is(index, ADDR)) {
            return client -> client.origin().remote().equals(value);
        }
        if (call.is(index, LADDR)) {
            return client -> client.origin().local().equals(value);
        }
        if (call.is(index, USER)) {
            if (!value.equals("default")) {
                throw new Complaint("ERR No such user '" + value + "'");
            }
            return client -> true;
        }
        throw new Complaint(Complaint.SYNTAX);
    }

    private static void reply(Call call) {
        if (call.is(2, ON)) {
            call.client().replies(Client.Replies.ON);
            call.out().ok();
        } else if (call.is(2, OFF)) {
            call.client().replies(Client.Replies.OFF);
        } else if (call.is(2, SKIP)) {
            if (call.client().replies() != Client.Replies.OFF) {
                call.client().replies(Client.Replies.SKIP_NEXT);
            }
        } else {
            throw new Complaint(Complaint.SYNTAX);
        }
    }

    private static void pause(Call call) {
        boolean isForWritesOnly = false;
        if (call.count() == 4) {
            isForWritesOnly = call.is(3, WRITE);
            if (!isForWritesOnly && !call.is(3, ALL)) {
                throw new Complaint(PAUSE_MODE);
            }
        } else if (call.count() > 4) {
            throw new Complaint(Complaint.SYNTAX);
        }
        if (!call.arguments().isLong(2)) {
            throw new Complaint(TIMEOUT);
        }
        long millis = call.arguments().toLong(2);
        if (millis < 0) {
            throw new Complaint(NEGATIVE_TIMEOUT);
        }
        if (millis > Long.MAX_VALUE - call.now()) {
            throw new Complaint(TIMEOUT);
        }
        call.node().pause(Node.Pause.of(millis, isForWritesOnly));
        call.out().ok();
    }
}
