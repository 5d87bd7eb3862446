package dev.larder.protocol.memcached.server;

/** Reads what stands behind a classic command. Counts of words include the command's own. Pure but for the request. */
final class ClassicLine {
    private static final String ERROR = "ERROR";
    static final String BAD_FORMAT = "CLIENT_ERROR bad command line format";
    private static final String BAD_EXPIRY = "CLIENT_ERROR invalid exptime argument";
    private static final String TOO_LARGE = "SERVER_ERROR object too large for cache";
    private static final String NO_REPLY = "noreply";
    private static final long MAX_UNSIGNED = 0xFFFF_FFFFL;
    /** The longest value that Memcached can count with its line end. */
    private static final int MAX_COUNTED = Integer.MAX_VALUE - 2;

    private ClassicLine() {}

    /** Reads the line of {@code request}; whether a value follows it, be it to be passed over. */
    static boolean read(TextRequest request, TextLimits limits) {
        switch (request.command.form()) {
            case KEYS -> keys(request);
            case VALUE -> {
                return value(request, limits);
            }
            case KEY -> key(request);
            default -> words(request);
        }
        return false;
    }

    private static void keys(TextRequest request) {
        boolean touches = request.command == Command.GAT || request.command == Command.GATS;
        int first = touches ? 2 : 1;
        if (request.words.count() < 2) {
            request.refuse(ERROR);
            return;
        }
        if (touches && !expiry(request, 1)) {
            request.refuse(BAD_EXPIRY);
            return;
        }
        for (int i = first; i < request.words.count(); i++) {
            if (request.words.length(i) > TextLimits.MAX_KEY_BYTES) {
                request.refuse(BAD_FORMAT);
                return;
            }
        }
        request.firstKey = first;
        request.keyCount = request.words.count() - first;
    }

    private static boolean value(TextRequest request, TextLimits limits) {
        int least = request.command == Command.CAS ? 6 : 5;
        int count = request.words.count();
        if (count != least && count != least + 1) {
            request.refuse(ERROR);
            return false;
        }
        request.isQuiet = request.isWord(count - 1, NO_REPLY);
        boolean isRight = request.words.length(1) <= TextLimits.MAX_KEY_BYTES
                && request.isNumber(2, 0, MAX_UNSIGNED)
                && expiry(request, 3)
                && request.isNumber(4, 0, MAX_COUNTED - 1)
                && (request.command != Command.CAS || request.isUnsigned(5));
        if (!isRight) {
            request.refuse(BAD_FORMAT);
            return false;
        }
        request.keyCount = 1;
        request.clientFlags = (int) request.number(2);
        request.cas = request.command == Command.CAS ? request.number(5) : 0;
        announced(request, (int) request.number(4), limits);
        return true;
    }

    /** Notes the value's length; refuses one that is too long, but keeps the key. */
    static void announced(TextRequest request, int length, TextLimits limits) {
        request.valueLength = length;
        if (length > limits.maxValueBytes()) {
            request.refuse(TOO_LARGE);
            request.keyCount = 1;
            request.isTooLarge = true;
        }
    }

    private static void key(TextRequest request) {
        int count = request.words.count();
        boolean isDelete = request.command == Command.DELETE;
        if (isDelete ? count < 2 || count > 4 : count < 3 || count > 4) {
            request.refuse(ERROR);
            return;
        }
        boolean isZero = isDelete && count > 2 && request.isWord(2, "0");
        request.isQuiet = count > 2 && request.isWord(count - 1, NO_REPLY);
        if (isDelete && count > 2 && !(count == 3 ? isZero || request.isQuiet : isZero && request.isQuiet)) {
            request.refuse(BAD_FORMAT + ".  Usage: delete <key> [noreply]");
        } else if (request.words.length(1) > TextLimits.MAX_KEY_BYTES) {
            request.refuse(BAD_FORMAT);
        } else if (request.command == Command.TOUCH && !expiry(request, 2)) {
            request.refuse(BAD_EXPIRY);
        } else if (request.command != Command.TOUCH && !isDelete && !request.isUnsigned(2)) {
            request.refuse("CLIENT_ERROR invalid numeric delta argument");
        } else {
            request.keyCount = 1;
            request.delta = isDelete || request.command == Command.TOUCH ? 0 : request.number(2);
        }
    }

    private static void words(TextRequest request) {
        int count = request.words.count();
        switch (request.command) {
            case FLUSH_ALL -> flush(request, count);
            case VERBOSITY -> numbered(request, BAD_FORMAT);
            case CACHE_MEMLIMIT -> numbered(request, ERROR);
            case UNKNOWN -> request.refuse(ERROR);
            default -> {
                // takes what words there are
            }
        }
    }

    private static void flush(TextRequest request, int count) {
        if (count > 3) {
            request.refuse(ERROR);
            return;
        }
        request.isQuiet = count > 1 && request.isWord(count - 1, NO_REPLY);
        if (count > (request.isQuiet ? 2 : 1) && !expiry(request, 1)) {
            request.refuse(BAD_EXPIRY);
        }
    }

    private static void numbered(TextRequest request, String complaint) {
        int count = request.words.count();
        if (count < 2 || count > 3) {
            request.refuse(ERROR);
            return;
        }
        request.isQuiet = request.isWord(count - 1, NO_REPLY);
        if (!request.isNumber(1, 0, MAX_UNSIGNED)) {
            request.refuse(complaint);
            return;
        }
        request.delta = request.number(1);
    }

    /** Notes the expiry in word {@code index}; whether it is one. */
    private static boolean expiry(TextRequest request, int index) {
        if (!request.isNumber(index, Long.MIN_VALUE, Long.MAX_VALUE)) {
            return false;
        }
        request.expiry = request.number(index);
        request.hasExpiry = true;
        return true;
    }
}
