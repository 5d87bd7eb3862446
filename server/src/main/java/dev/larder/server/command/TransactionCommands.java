package dev.larder.server.command;

import dev.larder.server.client.Client;
import dev.larder.server.client.Queued;
import dev.larder.server.client.Transaction;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import java.util.List;
import java.util.Map;

/**
 * Transactions. {@code EXEC} takes the locks of all keys that its commands name, or of all shards where one asks for more
 * than keys; so its commands run at one moment, and versions of watched keys are compared at the same.
 */
@SuppressWarnings("try") // a section is held, not used
final class TransactionCommands {
    private static final String NESTED = "ERR MULTI calls can not be nested";
    private static final String LATE_WATCH = "ERR WATCH inside MULTI is not allowed";
    private static final String NO_EXEC = "ERR EXEC without MULTI";
    private static final String NO_DISCARD = "ERR DISCARD without MULTI";
    private static final String SPOILT = "EXECABORT Transaction discarded because of previous errors.";
    private static final int MOST_WATCHED = 1 << 16;
    private static final String TOO_MANY = "ERR a connection may watch at most " + MOST_WATCHED + " keys";

    private TransactionCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("multi", TransactionCommands::multi);
        bodies.put("exec", TransactionCommands::exec);
        bodies.put("discard", TransactionCommands::discard);
        bodies.put("watch", TransactionCommands::watch);
        bodies.put("unwatch", TransactionCommands::unwatch);
    }

    private static void multi(Call call) {
        if (call.client().transaction().isOpen()) {
            throw new Complaint(NESTED);
        }
        call.client().transaction().open();
        call.out().ok();
    }

    private static void discard(Call call) {
        if (!call.client().transaction().isOpen()) {
            throw new Complaint(NO_DISCARD);
        }
        call.client().transaction().end(false);
        call.out().ok();
    }

    private static void watch(Call call) {
        Transaction transaction = call.client().transaction();
        if (transaction.isOpen()) {
            throw new Complaint(LATE_WATCH);
        }
        if (transaction.watched().size() + call.count() > MOST_WATCHED) {
            throw new Complaint(TOO_MANY);
        }
        for (int i = 1; i < call.count(); i++) {
            try (Entry entry = call.open(i)) {
                transaction
                        .watched()
                        .add(new Transaction.Watched(
                                call.client().database(), call.arguments().copy(i), entry.version()));
            }
        }
        call.out().ok();
    }

    private static void unwatch(Call call) {
        call.client().transaction().watched().clear();
        call.out().ok();
    }

    private static void exec(Call call) {
        Client client = call.client();
        Transaction transaction = client.transaction();
        if (!transaction.isOpen()) {
            throw new Complaint(NO_EXEC);
        }
        if (transaction.isSpoilt()) {
            transaction.end(false);
            throw new Complaint(SPOILT);
        }
        Worker worker = call.worker();
        try (Section section = locked(worker, transaction)) {
            if (hasChanged(worker, transaction)) {
                call.out().nilArray();
                return;
            }
            List<Queued> commands = List.copyOf(transaction.commands());
            transaction.running(true);
            call.out().array(commands.size());
            for (Queued queued : commands) {
                worker.dispatcher().executeQueued(client, queued);
            }
        } finally {
            transaction.running(false);
            transaction.end(false);
        }
    }

    private static Section locked(Worker worker, Transaction transaction) {
        Section section = worker.section;
        Slice key = worker.key;
        for (Transaction.Watched watched : transaction.watched()) {
            section.add(key.set(watched.key(), 0, watched.key().length));
        }
        for (Queued queued : transaction.commands()) {
            Command command = (Command) queued.command();
            if (command.has("everything")) {
                section.addAll();
            }
            for (KeySpec spec : command.keys()) {
                spec.each(
                        queued.arguments(),
                        0,
                        i -> section.add(key.set(
                                queued.arguments().array(i),
                                queued.arguments().offset(i),
                                queued.arguments().length(i))));
            }
        }
        return section.lock();
    }

    private static boolean hasChanged(Worker worker, Transaction transaction) {
        for (Transaction.Watched watched : transaction.watched()) {
            try (Entry entry = worker.entry.openToRead(
                    watched.database(), worker.key.set(watched.key(), 0, watched.key().length))) {
                if (entry.version() != watched.version()) {
                    return true;
                }
            }
        }
        return false;
    }
}
