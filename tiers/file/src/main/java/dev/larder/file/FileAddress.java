package dev.larder.file;

import dev.larder.tier.TierUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a file tier lies and how much it may hold, read from its URI. Immutable; pure.
 *
 * @param folder absolute, without {@code .} and {@code ..}
 * @param maxBytes what all files of the folder together may take up on the disk
 */
record FileAddress(Path folder, long maxBytes) {
    static final long DEFAULT_MAX_BYTES = 1L << 30;
    static final long LEAST_MAX_BYTES = 256L << 10;

    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([kmgt]?)(i?b)?");

    /** Reads {@code uri}; throws {@link IllegalArgumentException} naming the part that is wrong. */
    static FileAddress of(TierUri uri) {
        String rest = uri.rest();
        int question = rest.indexOf('?');
        Path folder = folder(uri, question < 0 ? rest : rest.substring(0, question));
        long maxBytes = question < 0 ? DEFAULT_MAX_BYTES : maxBytes(uri, rest.substring(question + 1));
        return new FileAddress(folder, maxBytes);
    }

    private static Path folder(TierUri uri, String text) {
        String bare = text;
        if (text.startsWith("//")) {
            if (!text.startsWith("///")) {
                throw wrong(uri, "the folder", "lies on this machine: it must not name a host, as '//' begins one");
            }
            bare = text.substring(2);
        }
        Path folder;
        try {
            folder = Path.of(URLDecoder.decode(bare.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (InvalidPathException e) {
            throw wrong(uri, "the folder", "must be a path but was '" + text + "': " + e.getReason());
        } catch (IllegalArgumentException e) {
            throw wrong(uri, "the folder", "must have '%' and '?' percent-encoded, as two hex digits each");
        }
        if (!folder.isAbsolute()) {
            throw wrong(
                    uri,
                    "the folder",
                    "must be an absolute path such as 'file:/var/cache/shop' but was '" + text
                            + "': a relative one would depend on where each process was started");
        }
        if (folder.normalize().getNameCount() == 0) {
            throw wrong(uri, "the folder", "must be one of its own, not the root of a file system");
        }
        return folder.normalize();
    }

    private static long maxBytes(TierUri uri, String options) {
        long maxBytes = DEFAULT_MAX_BYTES;
        for (String option : options.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!name.equals("maxBytes")) {
                throw wrong(uri, "the option '" + name + "'", "is unknown; known is maxBytes");
            }
            maxBytes = size(uri, equals < 0 ? "" : option.substring(equals + 1));
        }
        return maxBytes;
    }

    private static long size(TierUri uri, String text) {
        Matcher form = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        long unit = form.matches() ? 1L << (10 * " kmgt".indexOf(form.group(2).isEmpty() ? " " : form.group(2))) : 0;
        long number = unit == 0 ? 0 : Long.parseLong(form.group(1));
        if (number == 0 || number > Long.MAX_VALUE / unit || number * unit < LEAST_MAX_BYTES) {
            throw wrong(uri, "maxBytes", "must be a size such as 1GiB, and 256KiB at least, but was '" + text + "'");
        }
        return number * unit;
    }

    private static IllegalArgumentException wrong(TierUri uri, String part, String rule) {
        return new IllegalArgumentException(part + " of a file tier " + rule + " (tier '" + uri + "')");
    }

    @Override
    public String toString() {
        return "file:" + folder;
    }
}
