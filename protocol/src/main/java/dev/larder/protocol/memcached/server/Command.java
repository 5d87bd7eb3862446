package dev.larder.protocol.memcached.server;

import dev.larder.protocol.bytes.WordTable;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a client of Memcached may ask for. */
public enum Command {
    GET(Form.KEYS),
    GETS(Form.KEYS),
    GAT(Form.KEYS),
    GATS(Form.KEYS),
    SET(Form.VALUE),
    ADD(Form.VALUE),
    REPLACE(Form.VALUE),
    APPEND(Form.VALUE),
    PREPEND(Form.VALUE),
    CAS(Form.VALUE),
    DELETE(Form.KEY),
    INCR(Form.KEY),
    DECR(Form.KEY),
    TOUCH(Form.KEY),
    FLUSH_ALL(Form.WORDS),
    VERSION(Form.WORDS),
    VERBOSITY(Form.WORDS),
    STATS(Form.WORDS),
    CACHE_MEMLIMIT(Form.WORDS),
    QUIT(Form.WORDS),
    SHUTDOWN(Form.WORDS),
    MG(Form.META),
    MS(Form.META),
    MD(Form.META),
    MA(Form.META),
    MN(Form.META),
    ME(Form.META),
    /** Not a word of its own: the {@code set} of a client that must log in. Its keys are the name and the password. */
    LOGIN(Form.LOGIN),
    /** None of these, or a line without a word. */
    UNKNOWN(Form.WORDS);

    /** How the rest of the line is read. */
    enum Form {
        /** Keys, as many as there are. */
        KEYS,
        /** A key, numbers and the length of a value. */
        VALUE,
        /** A key and a number. */
        KEY,
        /** No key. */
        WORDS,
        /** A key and flags. */
        META,
        /** A name and a password as the value. */
        LOGIN
    }

    static final WordTable<Command> WORDS = WordTable.exact(Stream.of(values())
            .filter(each -> each != LOGIN && each != UNKNOWN)
            .collect(Collectors.toMap(each -> each.name().toLowerCase(Locale.ROOT), Function.<Command>identity())));

    private final Form form;

    Command(Form form) {
        this.form = form;
    }

    Form form() {
        return form;
    }
}
