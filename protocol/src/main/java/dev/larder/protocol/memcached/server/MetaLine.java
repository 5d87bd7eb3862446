package dev.larder.protocol.memcached.server;

import org.jspecify.annotations.Nullable;

/** Reads what stands behind a meta command. Pure but for the request, whose key it decodes in place. */
@SuppressWarnings("StatementSwitchToExpressionSwitch") // cases that return from their midst read better this way
final class MetaLine {
    private static final String TOO_LONG_OPAQUE = "CLIENT_ERROR opaque token too long";
    private static final String BAD_TOKEN = "CLIENT_ERROR bad token in command line format";
    private static final String INVALID = "CLIENT_ERROR invalid flag";
    private static final String DUPLICATE = "CLIENT_ERROR duplicate flag";
    private static final int MAX_OPAQUE_BYTES = 32;
    private static final int MAX_COUNTED = Integer.MAX_VALUE - 2;

    private MetaLine() {}

    /** Reads the line of {@code request}; whether a value follows it, be it to be passed over. */
    static boolean read(TextRequest request, TextLimits limits) {
        request.meta.clear();
        int count = request.words.count();
        switch (request.command) {
            case MN:
                return false;
            case ME:
                debug(request);
                return false;
            case MS:
                return set(request, limits);
            default:
                if (count < 2) {
                    request.refuse("ERROR");
                } else if (request.words.length(1) > TextLimits.MAX_KEY_BYTES) {
                    request.refuse(ClassicLine.BAD_FORMAT);
                } else if (count > MetaOptions.MAX_FLAGS + 1) {
                    boolean isGet = request.command == Command.MG;
                    request.refuse("CLIENT_ERROR options flags " + (isGet ? "are " : "") + "too long");
                } else {
                    flagged(request);
                }
                return false;
        }
    }

    /** What {@code mg}, {@code md} and {@code ma} have in common. */
    private static void flagged(TextRequest request) {
        request.delta = 1;
        String complaint = flags(request, 2);
        boolean isGet = request.command == Command.MG;
        if (complaint != null) {
            request.refuse(isGet ? complaint : "CLIENT_ERROR invalid or duplicate flag");
            return;
        }
        complaint = request.command == Command.MA ? badMode(request, "ID+-", "ma") : null;
        complaint = complaint == null ? longOpaque(request, 2) : complaint;
        if (complaint != null) {
            request.refuse(complaint);
            return;
        }
        request.keyCount = 1;
        request.isQuiet = request.meta.has('q');
    }

    private static void debug(TextRequest request) {
        if (request.words.count() < 2 || request.words.length(1) > TextLimits.MAX_KEY_BYTES) {
            request.refuse(ClassicLine.BAD_FORMAT);
            return;
        }
        if (request.words.count() > 2 && request.isWord(2, "b") && !decode(request)) {
            request.refuse(ClassicLine.BAD_FORMAT);
            return;
        }
        request.keyCount = 1;
    }

    private static boolean set(TextRequest request, TextLimits limits) {
        int count = request.words.count();
        if (count < 2) {
            request.refuse("ERROR");
            return false;
        }
        if (count > 2 && count > MetaOptions.MAX_FLAGS + 1) {
            boolean isKeyRight = request.words.length(1) <= TextLimits.MAX_KEY_BYTES;
            request.refuse(isKeyRight ? "CLIENT_ERROR options flags too long" : ClassicLine.BAD_FORMAT);
            return false;
        }
        if (request.words.length(1) > TextLimits.MAX_KEY_BYTES || count == 2 || !request.isNumber(2, 0, MAX_COUNTED)) {
            request.refuse(ClassicLine.BAD_FORMAT);
            return false;
        }
        int length = (int) request.number(2);
        request.valueLength = length;
        String complaint = flags(request, 3);
        complaint = complaint == null ? badMode(request, "EAPRS", "ms") : complaint;
        complaint = complaint == null ? longOpaque(request, 3) : complaint;
        if (complaint != null) {
            request.refuse(complaint);
            return true;
        }
        request.keyCount = 1;
        ClassicLine.announced(request, length, limits);
        request.isQuiet = request.meta.has('q') && request.refusal == null;
        return true;
    }

    private static @Nullable String badMode(TextRequest request, String modes, String word) {
        char mode = request.meta.mode;
        return mode == 0 || modes.indexOf(mode) >= 0 ? null : "CLIENT_ERROR invalid mode for " + word + " M token";
    }

    private static @Nullable String longOpaque(TextRequest request, int first) {
        for (int i = first; i < request.words.count(); i++) {
            if (request.array()[request.offset(i)] == 'O' && request.words.length(i) > MAX_OPAQUE_BYTES) {
                return TOO_LONG_OPAQUE;
            }
        }
        return null;
    }

    /** Notes the flags from word {@code first} on; the first complaint that ends it, or else the last of the others. */
    private static @Nullable String flags(TextRequest request, int first) {
        String complaint = null;
        for (int i = first; i < request.words.count(); i++) {
            int flag = request.array()[request.offset(i)];
            if (flag < 0 || flag == 0x7F) {
                return DUPLICATE; // what Memcached says of any byte beyond its table
            }
            if (!Character.isLetter(flag)) {
                return INVALID;
            }
            if (request.meta.has((char) flag)) {
                return DUPLICATE;
            }
            request.meta.add((char) flag, i - 1);
            String about = flag(request, i, (char) flag);
            if (INVALID.equals(about)) {
                return about;
            }
            complaint = about == null ? complaint : about;
        }
        return complaint;
    }

    private static @Nullable String flag(TextRequest request, int word, char flag) {
        switch (flag) {
            case 'k', 's', 't', 'c', 'f', 'v', 'h', 'l', 'u', 'q', 'I', 'O', 'P', 'L':
                return null;
            case 'b':
                request.meta.isKeyBinary = true;
                return decode(request) ? null : "CLIENT_ERROR error decoding key";
            case 'M':
                if (request.words.length(word) != 2) {
                    return "CLIENT_ERROR incorrect length for M token";
                }
                request.meta.mode = (char) (request.array()[request.offset(word) + 1] & 0xFF);
                return null;
            case 'N', 'T', 'R':
                return seconds(request, word, flag);
            case 'F', 'C', 'J', 'D', 'E':
                return number(request, word, flag);
            default:
                return INVALID;
        }
    }

    private static @Nullable String seconds(TextRequest request, int word, char flag) {
        int at = request.offset(word) + 1;
        int length = request.words.length(word) - 1;
        if (!Numbers.isWithin(request.array(), at, length, Long.MIN_VALUE, Long.MAX_VALUE)) {
            return BAD_TOKEN;
        }
        long seconds = Numbers.value(request.array(), at, length);
        if (flag == 'N') {
            request.meta.autoVivifyExpiry = seconds;
        } else if (flag == 'R') {
            request.meta.recacheExpiry = seconds;
        } else {
            request.expiry = seconds;
            request.hasExpiry = true;
        }
        return null;
    }

    private static @Nullable String number(TextRequest request, int word, char flag) {
        int at = request.offset(word) + 1;
        int length = request.words.length(word) - 1;
        boolean isRight = flag == 'F'
                ? Numbers.isWithin(request.array(), at, length, 0, 0xFFFF_FFFFL)
                : Numbers.isUnsigned(request.array(), at, length);
        long number = isRight ? Numbers.value(request.array(), at, length) : 0;
        switch (flag) {
            case 'F':
                request.clientFlags = (int) number;
                return isRight ? null : ClassicLine.BAD_FORMAT;
            case 'J':
                request.meta.initial = number;
                return isRight ? null : "CLIENT_ERROR invalid numeric initial value";
            case 'D':
                request.delta = number;
                return isRight ? null : "CLIENT_ERROR invalid numeric delta value";
            case 'E':
                request.meta.newCas = number;
                return isRight ? null : BAD_TOKEN;
            default:
                request.cas = number;
                return isRight ? null : BAD_TOKEN;
        }
    }

    private static boolean decode(TextRequest request) {
        int length = Base64Key.decode(request.array(), request.offset(1), request.words.length(1));
        request.words.shorten(1, Math.max(length, 0));
        return length > 0;
    }
}
