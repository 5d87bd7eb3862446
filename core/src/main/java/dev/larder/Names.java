package dev.larder;

import java.util.regex.Pattern;

/** What caches and namespaces may be called: they become parts of keys, metrics and file names. */
final class Names {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private Names() {}

    static String check(String thing, String name) {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    thing + " must be 1 to 64 letters, digits, '.', '_' or '-' but was '" + name + "'");
        }
        return name;
    }
}
