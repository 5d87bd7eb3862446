package dev.larder.server.memcached;

import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.server.MetaOptions;
import dev.larder.protocol.memcached.server.TextReplies;
import dev.larder.protocol.memcached.server.TextRequest;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.LeaseAccess;
import dev.larder.server.store.Slice;

/** The meta commands. Confined to its desk's thread. */
final class MetaCommands {
    /** How long a win keeps those who ask by {@code LARDER.GET} waiting. */
    private static final long WIN_MILLIS = 10_000;

    private static final Slice NOTHING = Slice.of(new byte[0]);

    private final Desk desk;
    private final TextReplies out;
    private final Storing storing;
    private final Deltas deltas;

    MetaCommands(Desk desk, Storing storing, Deltas deltas) {
        this.desk = desk;
        this.out = desk.out;
        this.storing = storing;
        this.deltas = deltas;
    }

    // mg

    void get(TextRequest request) {
        MetaOptions meta = request.meta();
        try (Entry entry = desk.open(request, 0)) {
            boolean isHit = Desk.isString(entry);
            desk.noteRead(entry, isHit);
            desk.count(Count.CMD_META);
            desk.count(meta.has('T') ? Count.CMD_TOUCH : Count.CMD_GET);
            if (meta.has('T')) {
                desk.count(isHit ? Count.TOUCH_HITS : Count.TOUCH_MISSES);
            } else {
                desk.count(isHit ? Count.GET_HITS : Count.GET_MISSES);
            }
            boolean isMade = !entry.isPresent() && meta.has('N');
            if (isMade) {
                entry.leases().setPlaceholder(NOTHING, Times.expiresAt(meta.autoVivifyExpiry(), desk.now()));
                entry.leases().begin(WIN_MILLIS);
                desk.notifySet(entry);
            }
            if (isHit || isMade) {
                hit(request, entry, isMade);
            } else if (!request.isQuiet()) {
                out.meta(Status.EN);
                repeated(request);
                out.metaEnd();
            }
        }
    }

    private void hit(TextRequest request, Entry entry, boolean isMade) {
        MetaOptions meta = request.meta();
        int length = entry.length();
        boolean isDue = meta.has('R') && Times.isDue(entry.expiresAt(), meta.recacheExpiry(), desk.now());
        long cas = meta.has('c') ? entry.version() : 0;
        if (meta.has('v')) {
            desk.room(length);
            out.metaValue(length);
        } else {
            out.meta(Status.HD);
        }
        for (int i = 0; i < meta.count(); i++) {
            fact(request, entry, i, cas);
        }
        wins(entry, isMade, isDue);
        if (!meta.has('u')) {
            entry.touch();
        }
        if (meta.has('v')) {
            int at = out.metaData(length);
            desk.copy(entry, at);
        } else {
            out.metaEnd();
        }
    }

    /** Writes what one flag asks for, or does it. */
    private void fact(TextRequest request, Entry entry, int index, long cas) {
        switch (request.meta().flag(index)) {
            case 'T' -> desk.prolong(entry, Times.expiresAt(request.expiry(), desk.now()));
            case 's' -> out.flag('s', entry.length());
            case 't' -> out.flag('t', Times.left(entry.expiresAt(), desk.now()));
            case 'c' -> out.flagUnsigned('c', cas);
            case 'f' -> out.flag('f', Integer.toUnsignedLong(entry.flags()));
            case 'l' -> out.flag('l', entry.idleMillis() / 1_000);
            case 'h' -> out.flag('h', entry.wasHit() ? 1 : 0);
            case 'O' -> out.flagOf(request, index);
            case 'k' -> out.key(request, request.meta().isKeyBinary());
            default -> {
                // asks for no fact
            }
        }
    }

    /** Says whether somebody makes the value anew, whether it is stale, and who is to make it. */
    private void wins(Entry entry, boolean isMade, boolean isDue) {
        LeaseAccess leases = entry.leases();
        boolean isStale = leases.isStale();
        boolean isAsked = isStale || isDue;
        boolean isSent = !isMade && (leases.isWon() || (isAsked && leases.isHeld()));
        if (isSent) {
            out.flag('Z');
        }
        if (isStale) {
            out.flag('X');
        }
        if (isMade || (isAsked && !isSent)) {
            out.flag('W');
            if (!isMade) {
                leases.markWon();
                leases.begin(WIN_MILLIS);
            }
        }
    }

    /** Flags that come back whatever became of the item. */
    private void repeated(TextRequest request) {
        for (int i = 0; i < request.meta().count(); i++) {
            char flag = request.meta().flag(i);
            if (flag == 'O') {
                out.flagOf(request, i);
            } else if (flag == 'k') {
                out.key(request, request.meta().isKeyBinary());
            }
        }
    }

    // ms

    void set(TextRequest request) {
        MetaOptions meta = request.meta();
        desk.count(Count.CMD_META);
        Storing.Mode mode = switch (meta.mode()) {
            case 'E' -> Storing.Mode.ADD;
            case 'A' -> Storing.Mode.APPEND;
            case 'P' -> Storing.Mode.PREPEND;
            case 'R' -> meta.has('C') ? Storing.Mode.CAS : Storing.Mode.REPLACE;
            default -> meta.has('C') ? Storing.Mode.CAS : Storing.Mode.SET;
        };
        int start = out.sink().length();
        try (Entry entry = desk.open(request, 0)) {
            Storing.Outcome outcome = storing.store(entry, request, mode, request.cas(), meta.has('I'));
            boolean isStored = outcome == Storing.Outcome.STORED;
            if (isStored && meta.has('E') && meta.newCas() != 0) {
                entry.version(meta.newCas());
            }
            switch (outcome) {
                case STORED -> out.meta(Status.HD);
                case NOT_STORED, TOO_LARGE -> out.meta(Status.NS);
                case EXISTS -> out.meta(Status.EX);
                case NOT_FOUND -> out.meta(Status.NF);
                case OTHER_TYPE -> {
                    out.line(ClassicCommands.OTHER_TYPE);
                    return;
                }
            }
            for (int i = 0; i < meta.count(); i++) {
                char flag = meta.flag(i);
                if (flag == 'O') {
                    out.flagOf(request, i);
                } else if (flag == 'k') {
                    out.key(request, meta.isKeyBinary());
                } else if (flag == 'c') {
                    out.flagUnsigned('c', isStored ? entry.version() : 0);
                }
            }
            out.metaEnd();
            if (isStored && request.isQuiet()) {
                out.sink().cut(start);
            }
        }
    }

    // md

    void delete(TextRequest request) {
        MetaOptions meta = request.meta();
        desk.count(Count.CMD_META);
        int start = out.sink().length();
        try (Entry entry = desk.open(request, 0)) {
            boolean wantsString = meta.has('I') || meta.has('C');
            if (entry.isPresent() && wantsString && !Desk.isString(entry)) {
                out.line(ClassicCommands.OTHER_TYPE);
                return;
            }
            Status status;
            if (!entry.isPresent()) {
                entry.remove(); // ends a lease that somebody has for it
                desk.count(Count.DELETE_MISSES);
                status = Status.NF;
            } else if (meta.has('C') && entry.version() != request.cas()) {
                desk.count(Count.DELETE_MISSES);
                status = Status.EX;
            } else {
                if (meta.has('I')) {
                    outdate(request, entry);
                } else {
                    desk.count(Count.DELETE_HITS);
                    desk.remove(entry);
                }
                status = Status.HD;
            }
            out.meta(status);
            repeated(request);
            out.metaEnd();
            if (request.isQuiet() && status == Status.HD) {
                out.sink().cut(start);
            }
        }
    }

    private void outdate(TextRequest request, Entry entry) {
        if (request.hasExpiry()) {
            desk.prolong(entry, Times.expiresAt(request.expiry(), desk.now()));
        }
        entry.version(); // so that who read the older value can tell
        entry.leases().markStale();
        if (request.meta().has('E') && request.meta().newCas() != 0) {
            entry.version(request.meta().newCas());
        }
    }

    // ma

    void change(TextRequest request) {
        MetaOptions meta = request.meta();
        desk.count(Count.CMD_META);
        boolean adds = meta.mode() != 'D' && meta.mode() != '-';
        int start = out.sink().length();
        try (Entry entry = desk.open(request, 0)) {
            if (!entry.isPresent()) {
                absent(request, entry, adds);
                return;
            }
            if (!Desk.isString(entry)) {
                out.line(ClassicCommands.OTHER_TYPE);
                return;
            }
            if (request.cas() != 0 && entry.version() != request.cas()) {
                status(request, Status.EX);
                return;
            }
            if (!deltas.change(entry, adds, request.delta())) {
                out.line(ClassicCommands.NOT_A_NUMBER);
                return;
            }
            desk.count(adds ? Count.INCR_HITS : Count.DECR_HITS);
            number(request, entry, deltas.made(), false);
            if (request.isQuiet()) {
                out.sink().cut(start);
            }
        }
    }

    private void absent(TextRequest request, Entry entry, boolean adds) {
        if (!request.meta().has('N')) {
            desk.count(adds ? Count.INCR_MISSES : Count.DECR_MISSES);
            status(request, Status.NF);
            return;
        }
        long initial = request.meta().initial();
        entry.set(Deltas.text(initial), Entry.NEVER);
        desk.notify(Event.INCRBY, entry);
        number(request, entry, initial, true);
    }

    private void status(TextRequest request, Status status) {
        out.meta(status);
        repeated(request);
        out.metaEnd();
    }

    private void number(TextRequest request, Entry entry, long made, boolean isNew) {
        MetaOptions meta = request.meta();
        Slice text = Deltas.text(made);
        if (meta.has('E') && meta.newCas() != 0) {
            entry.version(meta.newCas());
        }
        long cas = meta.has('c') ? entry.version() : 0;
        if (meta.has('v')) {
            out.metaValue(text.length());
        } else {
            out.meta(Status.HD);
        }
        for (int i = 0; i < meta.count(); i++) {
            switch (meta.flag(i)) {
                case 'N' -> {
                    if (isNew) {
                        desk.prolong(entry, Times.expiresAt(meta.autoVivifyExpiry(), desk.now()));
                    }
                }
                case 'c', 't', 'T', 'O', 'k' -> fact(request, entry, i, cas);
                default -> {
                    // asks for no fact here
                }
            }
        }
        if (meta.has('v')) {
            int at = out.metaData(text.length());
            System.arraycopy(text.toBytes(), 0, out.sink().array(), at, text.length());
        } else {
            out.metaEnd();
        }
    }

    // me

    void debug(TextRequest request) {
        try (Entry entry = desk.open(request, 0)) {
            if (!Desk.isString(entry)) {
                out.meta(Status.EN);
                out.metaEnd();
                return;
            }
            long left = Times.left(entry.expiresAt(), desk.now());
            String facts = "exp=" + -Math.abs(left) + " la=" + entry.idleMillis() / 1_000
                    + " cas=" + Long.toUnsignedString(entry.version()) + " fetch=" + (entry.wasHit() ? "yes" : "no")
                    + " cls=1 size=" + entry.usage();
            out.debug(request, request.meta().isKeyBinary(), facts);
        }
    }
}
