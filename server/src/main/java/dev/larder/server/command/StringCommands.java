package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STRING;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Limits;
import dev.larder.server.store.Section;
import java.util.Map;

/** Strings: getting and setting them whole and in part. */
@SuppressWarnings("try") // a section is held, not used
final class StringCommands {
    private static final long NX = Ascii.word("nx");
    private static final long XX = Ascii.word("xx");
    private static final long GET = Ascii.word("get");
    private static final long KEEPTTL = Ascii.word("keepttl");
    private static final long PERSIST = Ascii.word("persist");
    private static final String ODD = "ERR wrong number of arguments for 'mset' command";
    private static final String ODD_NX = "ERR wrong number of arguments for 'msetnx' command";
    private static final String OFFSET = "ERR offset is out of range";

    private StringCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("get", StringCommands::get);
        bodies.put("set", StringCommands::set);
        bodies.put("setnx", StringCommands::setnx);
        bodies.put("setex", call -> setex(call, Expiry.SECOND));
        bodies.put("psetex", call -> setex(call, 1));
        bodies.put("getset", StringCommands::getset);
        bodies.put("getdel", StringCommands::getdel);
        bodies.put("getex", StringCommands::getex);
        bodies.put("mget", StringCommands::mget);
        bodies.put("mset", StringCommands::mset);
        bodies.put("msetnx", StringCommands::msetnx);
        bodies.put("append", StringCommands::append);
        bodies.put("strlen", StringCommands::strlen);
        bodies.put("getrange", StringCommands::getrange);
        bodies.put("substr", StringCommands::getrange);
        bodies.put("setrange", StringCommands::setrange);
        bodies.put("lcs", LcsCommand::run);
    }

    private static void get(Call call) {
        try (Entry entry = call.read(1, STRING)) {
            replyOrNil(call, entry);
        }
    }

    private static void replyOrNil(Call call, Entry entry) {
        if (entry.isPresent()) {
            call.reply(entry);
        } else {
            call.out().nil();
        }
    }

    private static void set(Call call) {
        int count = call.count();
        if (count == 3) {
            try (Entry entry = call.open(1)) {
                entry.set(call.value(2), Entry.NEVER);
                call.notify(Event.SET, entry);
            }
            call.out().ok();
        } else {
            set(call, SetOptions.of(call));
        }
    }

    private static void set(Call call, SetOptions options) {
        ReplyWriter out = call.out();
        try (Entry entry = call.open(1)) {
            if (options.gives()) {
                if (entry.isPresent() && entry.type() != STRING) {
                    throw new Complaint(Complaint.WRONG_TYPE);
                }
                call.noteRead(entry);
                replyOrNil(call, entry);
            }
            boolean isWanted = !(options.onlyNew() && entry.isPresent()) && !(options.onlyOld() && !entry.isPresent());
            if (isWanted) {
                long expiresAt = options.keepsExpiry() && entry.isPresent() ? entry.expiresAt() : options.expiresAt();
                entry.set(call.value(2), expiresAt);
                call.notify(Event.SET, entry);
                if (options.expiresAt() != Entry.NEVER) {
                    call.notify(Event.EXPIRE, entry);
                }
            }
            if (!options.gives()) {
                if (isWanted) {
                    out.ok();
                } else {
                    out.nil();
                }
            }
        }
    }

    /** What stands behind key and value of SET. */
    private record SetOptions(boolean onlyNew, boolean onlyOld, boolean gives, boolean keepsExpiry, long expiresAt) {
        static SetOptions of(Call call) {
            boolean nx = false;
            boolean xx = false;
            boolean gives = false;
            boolean keeps = false;
            long option = 0;
            int at = 0;
            for (int i = 3; i < call.count(); i++) {
                long word = call.arguments().word(i);
                if (word == NX && !xx) {
                    nx = true;
                } else if (word == XX && !nx) {
                    xx = true;
                } else if (word == GET) {
                    gives = true;
                } else if (word == KEEPTTL && option == 0) {
                    keeps = true;
                } else if (Expiry.isOption(word) && (option == 0 || option == word) && !keeps && i + 1 < call.count()) {
                    option = word;
                    at = ++i;
                } else {
                    throw new Complaint(Complaint.SYNTAX);
                }
            }
            long expiresAt = option == 0 ? Entry.NEVER : Expiry.of(call, option, at);
            return new SetOptions(
                    nx, xx, gives, keeps, Expiry.isRelative(option) ? Expiry.shortened(call, expiresAt) : expiresAt);
        }
    }

    private static void setnx(Call call) {
        try (Entry entry = call.open(1)) {
            boolean isNew = !entry.isPresent();
            if (isNew) {
                entry.set(call.value(2), Entry.NEVER);
                call.notify(Event.SET, entry);
            }
            call.out().integer(isNew ? 1 : 0);
        }
    }

    private static void setex(Call call, int unit) {
        long expiresAt = Expiry.shortened(call, Expiry.positive(call, 2, unit, true));
        try (Entry entry = call.open(1)) {
            entry.set(call.value(3), expiresAt);
            call.notify(Event.SET, entry);
            call.notify(Event.EXPIRE, entry);
        }
        call.out().ok();
    }

    private static void getset(Call call) {
        try (Entry entry = call.read(1, STRING)) {
            replyOrNil(call, entry);
            entry.set(call.value(2), Entry.NEVER);
            call.notify(Event.SET, entry);
        }
    }

    private static void getdel(Call call) {
        try (Entry entry = call.read(1, STRING)) {
            replyOrNil(call, entry);
            if (entry.remove()) {
                call.notify(Event.DEL, entry);
            }
        }
    }

    private static void getex(Call call) {
        long option = 0;
        int at = 0;
        for (int i = 2; i < call.count(); i++) {
            long word = call.arguments().word(i);
            boolean isExpiry = Expiry.isOption(word) && i + 1 < call.count();
            if ((!isExpiry && word != PERSIST) || (option != 0 && option != word)) {
                throw new Complaint(Complaint.SYNTAX);
            }
            option = word;
            at = isExpiry ? ++i : at;
        }
        boolean isExpiry = at > 0;
        try (Entry entry = call.read(1, STRING)) {
            if (!entry.isPresent()) {
                call.out().nil();
                return;
            }
            long expiresAt = isExpiry ? Expiry.of(call, option, at) : Entry.NEVER;
            call.reply(entry);
            if (isExpiry && expiresAt <= call.now()) {
                entry.remove();
                call.notify(Event.DEL, entry);
            } else if (isExpiry || (option == PERSIST && entry.expiresAt() != Entry.NEVER)) {
                entry.expire(expiresAt);
                call.notify(isExpiry ? Event.EXPIRE : Event.PERSIST, entry);
            }
        }
    }

    private static void mget(Call call) {
        try (Section section = call.lock()) {
            call.out().array(call.count() - 1);
            for (int i = 1; i < call.count(); i++) {
                try (Entry entry = call.read(i)) {
                    if (entry.isPresent() && entry.type() == STRING) {
                        call.reply(entry);
                    } else {
                        call.out().nil();
                    }
                }
            }
        }
    }

    private static void mset(Call call) {
        if (call.count() % 2 == 0) {
            throw new Complaint(ODD);
        }
        try (Section section = call.lock()) {
            setAll(call);
        }
        call.out().ok();
    }

    private static void msetnx(Call call) {
        if (call.count() % 2 == 0) {
            throw new Complaint(ODD_NX);
        }
        try (Section section = call.lock()) {
            for (int i = 1; i < call.count(); i += 2) {
                try (Entry entry = call.open(i)) {
                    if (entry.isPresent()) {
                        call.out().integer(0);
                        return;
                    }
                }
            }
            setAll(call);
        }
        call.out().integer(1);
    }

    private static void setAll(Call call) {
        for (int i = 1; i < call.count(); i += 2) {
            try (Entry entry = call.open(i)) {
                entry.set(call.value(i + 1), Entry.NEVER);
                call.notify(Event.SET, entry);
            }
        }
    }

    private static void append(Call call) {
        try (Entry entry = call.change(1, STRING)) {
            long total = call.arguments().length(2) + (entry.isPresent() ? (long) entry.length() : 0);
            if (total > Limits.MAX_VALUE_BYTES) {
                throw new Complaint(Complaint.TOO_LONG);
            }
            if (!entry.isPresent() && call.arguments().length(2) == 0) {
                entry.set(call.value(2), Entry.NEVER);
                call.out().integer(0);
            } else {
                call.out().integer(entry.append(call.value(2)));
            }
            call.notify(Event.APPEND, entry);
        }
    }

    private static void strlen(Call call) {
        try (Entry entry = call.read(1, STRING)) {
            call.out().integer(entry.isPresent() ? entry.length() : 0);
        }
    }

    private static void getrange(Call call) {
        long start = call.integer(2);
        long end = call.integer(3);
        try (Entry entry = call.read(1, STRING)) {
            int length = entry.isPresent() ? entry.length() : 0;
            if (start < 0 && end < 0 && start > end) {
                length = 0;
            }
            long from = Math.max(0, start < 0 ? start + length : start);
            long to = Math.min(length - 1L, Math.max(0, end < 0 ? end + length : end));
            if (length == 0 || from > to) {
                call.out().bulk(0);
                return;
            }
            int count = (int) (to - from + 1);
            call.room(count);
            int at = call.out().bulk(count);
            entry.read(
                    (int) from, count, call.worker().copier.to(call.out().sink().array(), at));
        }
    }

    private static void setrange(Call call) {
        long offset = call.integer(2);
        if (offset < 0) {
            throw new Complaint(OFFSET);
        }
        int length = call.arguments().length(3);
        try (Entry entry = call.change(1, STRING)) {
            if (length > 0 && offset > Limits.MAX_VALUE_BYTES - length) {
                throw new Complaint(Complaint.TOO_LONG);
            }
            if (length == 0) {
                call.out().integer(entry.isPresent() ? entry.length() : 0);
            } else {
                call.out().integer(entry.setRange((int) offset, call.value(3)));
                call.notify(Event.SETRANGE, entry);
            }
        }
    }
}
