package dev.larder.server.command;

import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Client;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One command at work: its words, who sent it, where its reply goes, and the ways to the store. One object serves all
 * commands of a worker, one after another. Confined to the worker's thread.
 */
final class Call {
    private final Worker worker;
    private Client client;
    private Arguments arguments;
    private ReplyWriter out;
    private Command command;

    Call(Worker worker, Client client, Arguments arguments, Command command) {
        this.worker = worker;
        this.client = client;
        this.arguments = arguments;
        this.out = client.out();
        this.command = command;
    }

    void begin(Client itsClient, Arguments itsArguments, Command itsCommand) {
        client = itsClient;
        arguments = itsArguments;
        out = itsClient.out();
        command = itsCommand;
    }

    Worker worker() {
        return worker;
    }

    Node node() {
        return worker.node;
    }

    Client client() {
        return client;
    }

    /** Whether a script calls the command, whose client is nobody's. */
    boolean isOfScript() {
        return client.id() == 0;
    }

    Arguments arguments() {
        return arguments;
    }

    Command command() {
        return command;
    }

    /** Where the reply goes. */
    ReplyWriter out() {
        return out;
    }

    long now() {
        return worker.node.clock().millis();
    }

    // Words.

    /** How many words there are, the command's name among them. */
    int count() {
        return arguments.count();
    }

    /** Whether a word is {@code lower}, in any case. */
    boolean is(int index, byte[] lower) {
        return arguments.equalsIgnoreCase(index, lower);
    }

    /** Whether two words are the same bytes. */
    boolean sameWord(int one, int other) {
        int from = arguments.offset(one);
        int otherFrom = arguments.offset(other);
        return Arrays.equals(
                arguments.array(one),
                from,
                from + arguments.length(one),
                arguments.array(other),
                otherFrom,
                otherFrom + arguments.length(other));
    }

    String text(int index) {
        return arguments.text(index);
    }

    String latin(int index) {
        return new String(
                arguments.array(index), arguments.offset(index), arguments.length(index), StandardCharsets.ISO_8859_1);
    }

    long integer(int index) {
        if (!arguments.isLong(index)) {
            throw new Complaint(Complaint.NOT_AN_INTEGER);
        }
        return arguments.toLong(index);
    }

    /** A number within bounds; complains as Redis does of those beyond. */
    long integer(int index, long least, long most) {
        long number = integer(index);
        if (number < least || number > most) {
            throw new Complaint(Complaint.NOT_AN_INTEGER);
        }
        return number;
    }

    /** The number of a database, and {@code complaint} for what is none. */
    int database(int index, String complaint) {
        if (!arguments.isLong(index)) {
            throw new Complaint(complaint);
        }
        long number = arguments.toLong(index);
        if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
            throw new Complaint(complaint);
        }
        if (number < 0 || number >= node().settings().number("databases")) {
            throw new Complaint(Complaint.NO_SUCH_DATABASE);
        }
        return (int) number;
    }

    /** A word as a value of the store, until the next call for one. */
    Slice value(int index) {
        return worker.value.set(arguments.array(index), arguments.offset(index), arguments.length(index));
    }

    /** Another word beside {@link #value}. */
    Slice extra(int index) {
        return worker.extra.set(arguments.array(index), arguments.offset(index), arguments.length(index));
    }

    // Keys.

    /** Opens the key in a word; only to read where the command changes nothing. */
    Entry open(int index) {
        Slice key = worker.key.set(arguments.array(index), arguments.offset(index), arguments.length(index));
        Entry entry = command.isWrite()
                ? worker.entry.open(client.database(), key)
                : worker.entry.openToRead(client.database(), key);
        worker.sampler.used(entry, command.isWrite());
        return entry;
    }

    /** Opens a second key beside it, within a {@linkplain #lock section}. */
    Entry openOther(int index, int database) {
        Slice key = worker.otherKey.set(arguments.array(index), arguments.offset(index), arguments.length(index));
        return command.isWrite() ? worker.other.open(database, key) : worker.other.openToRead(database, key);
    }

    /** Opens a key for a read that counts, as hit or miss and for eviction. */
    Entry read(int index) {
        Entry entry = open(index);
        noteRead(entry);
        return entry;
    }

    /** Opens a key that must hold a value of a type if it is there, for a read that counts. */
    Entry read(int index, ValueType type) {
        return typed(read(index), type);
    }

    /** Opens a key that must hold a value of a type if it is there, for a change. */
    Entry change(int index, ValueType type) {
        Entry entry = typed(open(index), type);
        touch(entry);
        return entry;
    }

    /** Opens a key for a read that counts as hit or miss, and not for eviction. */
    Entry look(int index) {
        Entry entry = open(index);
        noteLook(entry);
        return entry;
    }

    void noteRead(Entry entry) {
        noteLook(entry);
        touch(entry);
    }

    private void noteLook(Entry entry) {
        worker.sampler.read(entry);
        if (entry.isPresent()) {
            worker.hits.add(1);
        } else {
            worker.misses.add(1);
            notify(Event.KEYMISS, entry);
        }
    }

    /**
     * Says what became of the key of an entry that is open. Every command that changes one calls this, once for each event
     * that Redis has for it. Who wants to hear of it does when the command is done and its locks are free.
     */
    void notify(Event event, Entry entry) {
        worker.node.notices().note(event, entry);
    }

    /** The same for what takes something out of a value, which goes with its last part. */
    void notifyTaken(Event event, Entry entry) {
        notify(event, entry);
        if (!entry.isPresent()) {
            notify(Event.DEL, entry);
        }
    }

    /** The same for a result that took the place of what was there; there is no key for an empty one. */
    void notifyStored(Event event, Entry target, boolean wasThere) {
        if (target.isPresent()) {
            notify(event, target);
        } else if (wasThere) {
            notify(Event.DEL, target);
        }
    }

    void touch(Entry entry) {
        if (entry.isPresent() && !client.isUntouching()) {
            entry.touch();
        }
    }

    private static Entry typed(Entry entry, ValueType type) {
        if (entry.isPresent() && entry.type() != type) {
            entry.close();
            throw new Complaint(Complaint.WRONG_TYPE);
        }
        return entry;
    }

    /** Locks the keys of the command for one moment; those of a transaction are locked already. */
    Section lock() {
        if (client.transaction().isRunning()) {
            return worker.unlocked;
        }
        Slice key = worker.key;
        for (KeySpec spec : command.keys()) {
            spec.each(
                    arguments,
                    0,
                    i -> worker.section.add(key.set(arguments.array(i), arguments.offset(i), arguments.length(i))));
        }
        return worker.section.lock();
    }

    // Waiting.

    /**
     * What a command that takes long waits for, begun at its first try. Until it is done the connection waits, without
     * its loop, and the command is tried again; a write that was begun by then would be begun again.
     */
    <T> T await(Supplier<CompletableFuture<T>> begin) {
        CompletableFuture<?> awaited = client.awaited();
        if (awaited == null) {
            awaited = begin.get();
            client.awaited(awaited);
        }
        if (!awaited.isDone()) {
            throw new NotYetException();
        }
        client.awaited(null);
        @SuppressWarnings("unchecked") // this command began it
        T outcome = (T) awaited.join();
        return outcome;
    }

    // Replies.

    /** A string that is there. */
    void reply(Entry entry) {
        int length = entry.length();
        room(length);
        int at = out.bulk(length);
        entry.read(worker.copier.to(out.sink().array(), at));
    }

    /** Complains, and has the connection end, where a reply grows beyond what may wait. */
    void room(long bytes) {
        long limit = node().settings().live().outputs().normal().hardBytes();
        long most = limit == 0 ? Integer.MAX_VALUE - (1 << 16) : Math.min(limit, Integer.MAX_VALUE - (1 << 16));
        if (out.sink().length() + bytes > most) {
            throw new TooMuchException();
        }
    }

    /** A copy of a string that is there. */
    byte[] bytes(Entry entry) {
        byte[] bytes = new byte[entry.length()];
        entry.read(worker.copier.to(bytes, 0));
        return bytes;
    }
}
