package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Client;
import java.util.Map;

/** The connection itself: who it is, what it speaks, which database it uses. */
final class ConnectionCommands {
    private static final byte[] PONG = Ascii.bytes("+PONG\r\n");
    private static final byte[] AUTH = Ascii.bytes("auth");
    private static final byte[] SETNAME = Ascii.bytes("setname");
    private static final int FREE_FAILURES = 2;
    private static final int FAILURE_MILLIS = 100;
    private static final int MOST_FAILURE_MILLIS = 2_000;
    private static final String NO_PASSWORD = "ERR AUTH <password> called without any password"
            + " configured for the default user. Are you sure your configuration is correct?";
    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_VERSION = "ERR Protocol version is not an integer or out of range";
    private static final String UNKNOWN_VERSION = "NOPROTO unsupported protocol version";
    private static final String HELLO_LOGIN = "NOAUTH HELLO must be called with the client already"
            + " authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the"
            + " client and select the RESP protocol version at the same time";

    private ConnectionCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("ping", ConnectionCommands::ping);
        bodies.put(
                "echo",
                call -> call.out()
                        .bulk(
                                call.arguments().array(1),
                                call.arguments().offset(1),
                                call.arguments().length(1)));
        bodies.put("select", call -> {
            call.client().database(call.database(1, Complaint.NOT_AN_INTEGER));
            call.out().ok();
        });
        bodies.put("quit", call -> {
            call.out().ok();
            call.client().line().closeWhenSent();
        });
        bodies.put("reset", ConnectionCommands::reset);
        bodies.put("auth", ConnectionCommands::auth);
        bodies.put("hello", ConnectionCommands::hello);
    }

    private static void ping(Call call) {
        if (call.count() > 2) {
            throw Dispatcher.wrongCount(call.command());
        }
        Client client = call.client();
        if (client.isListening() && !client.isThree()) {
            call.out().array(2);
            call.out().bulk("pong");
            if (call.count() == 1) {
                call.out().bulk("");
                return;
            }
        } else if (call.count() == 1) {
            call.out().encoded(PONG);
            return;
        }
        call.out().bulk(call.arguments().copy(1));
    }

    private static void reset(Call call) {
        Client client = call.client();
        PubsubCommands.leaveAll(call.node(), client);
        call.node().notices().stop(client);
        call.node().watch().leave(client);
        client.transaction().end(false);
        client.replies(Client.Replies.ON);
        client.untouching(false);
        client.name("");
        client.database(0);
        client.three(false);
        call.node().access().arrived(client);
        call.out().simple("RESET");
    }

    private static void auth(Call call) {
        if (call.count() > 3) {
            throw new Complaint(Complaint.SYNTAX);
        }
        if (call.count() == 2 && call.node().access().users().standard().needsNoPassword()) {
            throw new Complaint(NO_PASSWORD);
        }
        logIn(call, call.count() == 2 ? "default" : call.text(1), call.count() - 1);
        call.out().ok();
    }

    /** Logs in with the password in a word; after some failures answers come late. */
    private static void logIn(Call call, String user, int passwordIndex) {
        Client client = call.client();
        if (!call.node().access().logsIn(client, user, call.arguments().copy(passwordIndex), call.text(0))) {
            int failures = client.failed();
            if (failures > FREE_FAILURES) {
                long delay = Math.min(MOST_FAILURE_MILLIS, (long) FAILURE_MILLIS * (failures - FREE_FAILURES));
                client.line().hold(delay);
            }
            throw new Complaint(WRONG_PASSWORD);
        }
    }

    private static void hello(Call call) {
        boolean wasThree = call.client().isThree();
        boolean isThree = wasThree;
        if (call.count() > 1) {
            if (!call.arguments().isLong(1)) {
                throw new Complaint(NO_VERSION);
            }
            long version = call.arguments().toLong(1);
            if (version != 2 && version != 3) {
                throw new Complaint(UNKNOWN_VERSION);
            }
            isThree = version == 3;
        }
        int nameIndex = 0;
        int userIndex = 0;
        for (int i = 2; i < call.count(); i++) {
            int left = call.count() - i - 1;
            if (call.is(i, AUTH) && left >= 2) {
                userIndex = i + 1;
                i += 2;
            } else if (call.is(i, SETNAME) && left >= 1) {
                nameIndex = ++i;
                ClientCommands.checkName(call, nameIndex);
            } else {
                throw new Complaint("ERR Syntax error in HELLO option '" + call.text(i) + "'");
            }
        }
        if (userIndex > 0) {
            logIn(call, call.text(userIndex), userIndex + 1);
        }
        if (!call.client().isAuthenticated()) {
            throw new Complaint(HELLO_LOGIN);
        }
        if (nameIndex > 0) {
            call.client().name(call.text(nameIndex));
        }
        call.client().three(isThree);
        describe(call);
    }

    private static void describe(Call call) {
        ReplyWriter out = call.out();
        out.map(7);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(call.node().settings().text("redis-version"));
        out.bulk("proto");
        out.integer(call.client().isThree() ? 3 : 2);
        out.bulk("id");
        out.integer(call.client().id());
        out.bulk("mode");
        out.bulk("standalone");
        out.bulk("role");
        out.bulk("master");
        out.bulk("modules");
        out.array(0);
    }
}
