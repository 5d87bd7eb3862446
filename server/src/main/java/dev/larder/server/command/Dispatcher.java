package dev.larder.server.command;

import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.acl.User;
import dev.larder.server.client.Client;
import dev.larder.server.client.Queued;
import dev.larder.server.client.Transaction;
import dev.larder.server.client.Waiter;
import dev.larder.server.store.OutOfRoomException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request to its command: finds it, refuses what must not be, has it wait in a transaction, runs it, and answers
 * for it where it complains. Confined to its worker's thread.
 */
public final class Dispatcher {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final String LOG_IN = "NOAUTH Authentication required.";
    private static final String ALONE = "ERR Command not allowed inside a transaction";
    private static final int SHOWN_BYTES = 128;
    private static final int PAUSE_LOOK_MILLIS = 10;
    private static final int QUEUED_OVERHEAD = 64;

    private final Worker worker;
    private @Nullable Call call;
    private boolean hasJoined;

    Dispatcher(Worker worker) {
        this.worker = worker;
    }

    /**
     * Runs one request and writes its reply to the client's output.
     *
     * @return whether it is done; false where it has to wait, and nothing was written
     */
    public boolean run(Client client, Arguments arguments) {
        ReplyWriter out = client.out();
        int start = out.sink().length();
        if (!hasJoined) {
            hasJoined = true;
            worker.node.notices().join();
        }
        Command command = worker.node.table().find(arguments);
        if (command != null && isPaused(client, command)) {
            return false;
        }
        if (worker.node.scripts().isSlow() && isHeldUp(client, command)) {
            return refusedAsBusy(client);
        }
        if (client.replies() == Client.Replies.SKIP_NEXT) {
            client.replies(Client.Replies.SKIP);
        }
        Client.Replies before = client.replies();
        try {
            admit(client, arguments, command);
        } catch (Complaint complaint) {
            client.transaction().spoil();
            refused(out, start, complaint.text());
            worker.timing.rejected(command);
        } catch (NotYetException notYet) {
            out.takeBack(start);
            worker.commands.add(-1);
            return false;
        } catch (ScriptMoved moved) {
            out.takeBack(start);
            client.replies(before);
            return false;
        }
        boolean isSilent = client.replies() == Client.Replies.OFF || client.replies() == Client.Replies.SKIP_NEXT;
        if (isSilent || before == Client.Replies.SKIP) {
            out.takeBack(start);
            if (client.replies() == Client.Replies.SKIP) {
                client.replies(Client.Replies.ON);
            }
        }
        worker.node.notices().flush(client);
        worker.timing.flush();
        TrackingCommands.ranOne(client, command);
        return true;
    }

    private boolean isHeldUp(Client client, @Nullable Command command) {
        return !(command != null && command.has("allow_busy"))
                && !worker.node.scripts().isWaiting(client);
    }

    /** While a script runs that is not quick: after its time all are told so, before that they wait. */
    private boolean refusedAsBusy(Client client) {
        boolean isBusy = worker.node.scripts().isBusy();
        if (isBusy) {
            client.transaction().spoil();
            refused(client.out(), client.out().sink().length(), Scripts.BUSY);
        }
        return isBusy;
    }

    private boolean isPaused(Client client, Command command) {
        if (!worker.node.mayPause() || command.name().equals("client|unpause")) {
            return false;
        }
        boolean isWrite = command.isWrite()
                || (command.name().equals("exec")
                        && client.transaction().commands().stream()
                                .anyMatch(queued -> ((Command) queued.command()).isWrite()))
                || command.name().equals("publish");
        return worker.node.isPaused(isWrite);
    }

    /** Refuses what must not be, has the rest wait or run. */
    private void admit(Client client, Arguments arguments, @Nullable Command command) {
        if (command == null) {
            if (arguments.isHttp()) {
                attacked(client);
                return;
            }
            throw unknown(arguments);
        }
        if (command.isContainer() && (command.body() == null || arguments.count() > 1)) {
            throw arguments.count() < 2 ? wrongCount(command) : unknownSubcommand(command, arguments);
        }
        if (!command.takes(arguments.count())) {
            throw wrongCount(command);
        }
        if (!client.isAuthenticated() && command.needsLogin()) {
            throw new Complaint(LOG_IN);
        }
        checkRights(client, arguments, command);
        if (command.isWrite() && worker.node.keeper().refusesWrites()) {
            throw new Complaint(SnapshotCommands.CANNOT_SAVE);
        }
        if (client.isListening() && !client.isThree() && !command.isForListeners()) {
            throw new Complaint(
                    "ERR Can't execute '" + command.name().replace('|', ' ').split(" ")[0]
                            + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");
        }
        if (client.transaction().isOpen() && !command.runsAtOnce()) {
            queue(client, arguments, command);
        } else {
            execute(client, arguments, command);
        }
    }

    private void checkRights(Client client, Arguments arguments, Command command) {
        User user = judged(client, command);
        if (user != null) {
            worker.node.access().check(client, user, command, arguments);
        }
    }

    /** Whose rules say whether a client may run a command; null where there is no question. */
    private static @Nullable User judged(Client client, Command command) {
        return client.user() instanceof User user && !user.isUnlimited() && command.needsRights() ? user : null;
    }

    private void queue(Client client, Arguments arguments, Command command) {
        if (command.has("alone") || command.has("no_multi")) {
            throw new Complaint(ALONE);
        }
        Transaction transaction = client.transaction();
        Arguments copy = arguments.detached();
        long bytes = QUEUED_OVERHEAD;
        for (int i = 0; i < copy.count(); i++) {
            bytes += copy.length(i) + Long.BYTES;
        }
        long most = worker.node.settings().number("client-query-buffer-limit");
        if (transaction.bytes() + bytes > most) {
            transaction.end(false);
            throw new Complaint("ERR a transaction may have at most " + most + " bytes: it was discarded");
        }
        transaction.add(new Queued(command, copy), bytes);
        client.out().simple("QUEUED");
    }

    /** Tries a command again that waits for a key, if it still does; on the loop of its client. */
    @SuppressWarnings("FutureReturnValueIgnored") // whoever ends the wait before does not mind a look more
    void retry(Waiter waiter) {
        Client client = waiter.client();
        Command command = (Command) waiter.command().command();
        if (waiter.isOver()) {
            return;
        }
        if (isPaused(client, command)) {
            client.line().later(PAUSE_LOOK_MILLIS, () -> retry(waiter)); // it is under way as long
            return;
        }
        waiter.heard();
        int start = client.out().sink().length();
        Arguments arguments = waiter.command().arguments();
        try {
            checkRights(client, arguments, command); // they may have changed meanwhile
            perform(client, arguments, command);
        } catch (Complaint complaint) {
            if (waiter.end()) {
                refused(client.out(), start, complaint.text());
            }
        }
        if (client.out().sink().length() > start && client.replies() == Client.Replies.OFF) {
            client.out().takeBack(start);
        }
        BlockingCommands.settle(worker.node, waiter);
        worker.node.notices().flush(client);
    }

    /** Runs a command of a transaction, unless its client has lost the right to it since. */
    void executeQueued(Client client, Queued queued) {
        Command command = (Command) queued.command();
        User user = judged(client, command);
        String refusal =
                user == null ? null : worker.node.access().lateRefusal(client, user, command, queued.arguments());
        if (refusal == null) {
            execute(client, queued.arguments(), command);
        } else {
            refused(client.out(), client.out().sink().length(), refusal);
        }
    }

    /** Runs a command that may run now; answers for it where it complains. */
    void execute(Client client, Arguments arguments, Command command) {
        client.heard(command.name());
        long began = worker.timing.start();
        worker.commands.add(1);
        perform(client, arguments, command);
        worker.timing.ran(command, client, arguments, began);
    }

    private void perform(Client client, Arguments arguments, Command command) {
        ReplyWriter out = client.out();
        int start = out.sink().length();
        Command.Body body = command.body();
        if (body == null) {
            throw new IllegalStateException("nobody runs " + command.name());
        }
        Call running = call;
        if (running == null) {
            running = new Call(worker, client, arguments, command);
            call = running;
        } else {
            running.begin(client, arguments, command);
        }
        if (client.tracking() != null) {
            TrackingCommands.remember(client, command, arguments, worker.node);
        }
        try {
            body.run(running);
        } catch (Complaint complaint) {
            refused(out, start, complaint.text());
        } catch (OutOfRoomException full) {
            TrackingCommands.doubt(running);
            refused(out, start, Complaint.OUT_OF_ROOM);
        } catch (TooMuchException tooMuch) {
            out.takeBack(start);
            LOG.log(Level.WARNING, "connection {0} ends: {1}", client.id(), tooMuch.getMessage());
            client.line().kill();
        } catch (IllegalArgumentException limit) {
            refused(out, start, "ERR " + limit.getMessage());
        }
    }

    private void refused(ReplyWriter out, int start, String text) {
        worker.failures.add(1);
        worker.timing.fails();
        out.takeBack(start);
        out.error(text);
    }

    private void attacked(Client client) {
        LOG.log(
                Level.WARNING,
                "an HTTP request came from {0}: a browser may have been led here. The connection is ended",
                client.origin().remote());
        client.line().kill();
    }

    static Complaint wrongCount(Command command) {
        return new Complaint("ERR wrong number of arguments for '" + command.name() + "' command");
    }

    private static Complaint unknown(Arguments arguments) {
        StringBuilder words = new StringBuilder();
        for (int i = 1; i < arguments.count() && words.length() < SHOWN_BYTES; i++) {
            words.append('\'')
                    .append(shown(arguments, i, SHOWN_BYTES - words.length()))
                    .append("' ");
        }
        return new Complaint(
                "ERR unknown command '" + shown(arguments, 0, SHOWN_BYTES) + "', with args beginning with: " + words);
    }

    private static Complaint unknownSubcommand(Command container, Arguments arguments) {
        return new Complaint("ERR unknown subcommand '" + shown(arguments, 1, SHOWN_BYTES) + "'. Try "
                + container.name().toUpperCase(Locale.ROOT) + " HELP.");
    }

    private static String shown(Arguments arguments, int index, int most) {
        String text = arguments.text(index);
        return text.length() > most ? text.substring(0, most) : text;
    }
}
