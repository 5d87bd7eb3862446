package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.store.Entry;
import java.util.concurrent.ThreadLocalRandom;

/** How commands give expiries: a number that counts from now or from 1970, in seconds or milliseconds. Pure. */
final class Expiry {
    static final int SECOND = 1_000;

    private static final int PERCENT = 100;

    private static final long EX = Ascii.word("ex");
    private static final long PX = Ascii.word("px");
    private static final long EXAT = Ascii.word("exat");
    private static final long PXAT = Ascii.word("pxat");

    private Expiry() {}

    /** Whether a word is {@code EX}, {@code PX}, {@code EXAT} or {@code PXAT}. */
    static boolean isOption(long word) {
        return word == EX || word == PX || word == EXAT || word == PXAT;
    }

    /** The time of day that an option and its number mean, in milliseconds; complains of none and of those before 1970. */
    static long of(Call call, long option, int index) {
        return positive(call, index, option == EX || option == EXAT ? SECOND : 1, isRelative(option));
    }

    /** The time of day that a number means, which must be more than 0. */
    static long positive(Call call, int index, int unit, boolean isRelative) {
        long number = call.integer(index);
        long base = isRelative ? call.now() : 0;
        if (number <= 0 || number > Long.MAX_VALUE / unit || number * unit > Long.MAX_VALUE - base) {
            throw invalid(call);
        }
        return real(number * unit + base);
    }

    /** The time of day that a number means, of either sign. */
    static long any(Call call, int index, int unit, boolean isRelative) {
        long number = call.integer(index);
        long base = isRelative ? call.now() : 0;
        boolean isTooMuch = number > Long.MAX_VALUE / unit || number < Long.MIN_VALUE / unit;
        if (isTooMuch || number * unit > Long.MAX_VALUE - base) {
            throw invalid(call);
        }
        return real(number * unit + base);
    }

    /** The last moment there is stands for never, so whoever asks for it gets the one before. */
    private static long real(long millis) {
        return millis == Entry.NEVER ? Entry.NEVER - 1 : millis;
    }

    /** The share of times to live that is taken off in the client's database, in per cent. */
    static int jitter(Call call) {
        return call.node().settings().live().jitter().percent(call.client().database());
    }

    /** A time to live less up to so many per cent of it, by chance. */
    static long shortened(long millis, int percent) {
        long most = millis / PERCENT * percent + millis % PERCENT * percent / PERCENT;
        return most == 0 ? millis : millis - ThreadLocalRandom.current().nextLong(most + 1);
    }

    /** The same for a time of day. */
    static long shortened(Call call, long expiresAt) {
        int percent = jitter(call);
        long now = call.now();
        return percent == 0 || expiresAt <= now ? expiresAt : now + shortened(expiresAt - now, percent);
    }

    /** Whether an option counts from now. */
    static boolean isRelative(long word) {
        return word == EX || word == PX;
    }

    static Complaint invalid(Call call) {
        return new Complaint("ERR invalid expire time in '" + call.command().name() + "' command");
    }
}
