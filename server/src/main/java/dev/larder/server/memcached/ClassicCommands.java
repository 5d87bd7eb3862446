package dev.larder.server.memcached;

import dev.larder.protocol.memcached.Reply.Word;
import dev.larder.protocol.memcached.server.Command;
import dev.larder.protocol.memcached.server.TextReplies;
import dev.larder.protocol.memcached.server.TextRequest;
import dev.larder.server.store.Entry;

/** The text commands that name keys. Confined to its desk's thread. */
final class ClassicCommands {
    static final String OTHER_TYPE = "SERVER_ERROR the key holds a value that is no string";
    static final String NOT_A_NUMBER = "CLIENT_ERROR cannot increment or decrement non-numeric value";

    private final Desk desk;
    private final TextReplies out;
    private final Storing storing;
    private final Deltas deltas;

    ClassicCommands(Desk desk, Storing storing, Deltas deltas) {
        this.desk = desk;
        this.out = desk.out;
        this.storing = storing;
        this.deltas = deltas;
    }

    /** {@code get}, {@code gets}, {@code gat}, {@code gats}. */
    void get(TextRequest request) {
        Command command = request.command();
        boolean hasCas = command == Command.GETS || command == Command.GATS;
        boolean touches = command == Command.GAT || command == Command.GATS;
        for (int i = 0; i < request.keyCount(); i++) {
            try (Entry entry = desk.open(request, i)) {
                boolean isHit = Desk.isString(entry);
                desk.noteRead(entry, isHit);
                desk.count(Count.CMD_GET);
                desk.count(isHit ? Count.GET_HITS : Count.GET_MISSES);
                if (touches) {
                    desk.count(Count.CMD_TOUCH);
                    desk.count(isHit ? Count.TOUCH_HITS : Count.TOUCH_MISSES);
                }
                if (isHit) {
                    entry.touch();
                    if (touches) {
                        desk.prolong(entry, Times.expiresAt(request.expiry(), desk.now()));
                    }
                    item(request, i, entry, hasCas);
                }
            }
        }
        out.end();
    }

    private void item(TextRequest request, int index, Entry entry, boolean hasCas) {
        int length = entry.length();
        desk.room(length);
        long cas = hasCas ? entry.version() : 0;
        out.valueHead(request.array(), request.keyOffset(index), request.keyLength(index));
        int at = hasCas ? out.valueWithCas(entry.flags(), length, cas) : out.value(entry.flags(), length);
        desk.copy(entry, at);
    }

    /** {@code set} and its like. */
    void store(TextRequest request) {
        Storing.Mode mode = Storing.Mode.valueOf(request.command().name());
        try (Entry entry = desk.open(request, 0)) {
            switch (storing.store(entry, request, mode, request.cas(), false)) {
                case STORED -> out.word(Word.STORED);
                case NOT_STORED -> out.word(Word.NOT_STORED);
                case EXISTS -> out.word(Word.EXISTS);
                case NOT_FOUND -> out.word(Word.NOT_FOUND);
                case OTHER_TYPE -> out.line(OTHER_TYPE);
                case TOO_LARGE -> out.word(Word.NOT_STORED); // as Memcached has it for what grows too large
            }
        }
    }

    void delete(TextRequest request) {
        try (Entry entry = desk.open(request, 0)) {
            boolean was = desk.remove(entry);
            desk.count(was ? Count.DELETE_HITS : Count.DELETE_MISSES);
            out.word(was ? Word.DELETED : Word.NOT_FOUND);
        }
    }

    void touch(TextRequest request) {
        desk.count(Count.CMD_TOUCH);
        try (Entry entry = desk.open(request, 0)) {
            boolean isThere = Desk.isString(entry);
            desk.count(isThere ? Count.TOUCH_HITS : Count.TOUCH_MISSES);
            if (isThere) {
                desk.prolong(entry, Times.expiresAt(request.expiry(), desk.now()));
                entry.touch();
            }
            out.word(isThere ? Word.TOUCHED : Word.NOT_FOUND);
        }
    }

    /** {@code incr} and {@code decr}. */
    void change(TextRequest request) {
        boolean adds = request.command() == Command.INCR;
        try (Entry entry = desk.open(request, 0)) {
            if (!entry.isPresent()) {
                desk.count(adds ? Count.INCR_MISSES : Count.DECR_MISSES);
                out.word(Word.NOT_FOUND);
            } else if (!Desk.isString(entry)) {
                out.line(OTHER_TYPE);
            } else if (deltas.change(entry, adds, request.delta())) {
                desk.count(adds ? Count.INCR_HITS : Count.DECR_HITS);
                out.number(deltas.made());
            } else {
                out.line(NOT_A_NUMBER);
            }
        }
    }
}
