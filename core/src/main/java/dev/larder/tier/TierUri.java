package dev.larder.tier;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The URI that names a tier: {@code scheme:rest}. The password, if any, never appears in {@link #toString()}.
 *
 * @param scheme in lower case
 * @param rest all behind the first colon, as written
 */
public record TierUri(String scheme, String rest) {
    /** Before the @ of an authority, and the values of parameters that are named for a secret, however separated. */
    private static final Pattern SECRETS = Pattern.compile(
            "(?<=//).*(?=@)|(?<=[?&;][^=?&;]{0,64}(?:password|passwd|pwd|passphrase|secret|token)[^=?&;]{0,64}=)[^&;]*",
            Pattern.CASE_INSENSITIVE);

    /** Splits {@code text}; throws {@link IllegalArgumentException} where it has no scheme. */
    public static TierUri parse(String text) {
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? text : text.substring(0, colon);
        if (!scheme.matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            throw new IllegalArgumentException("a tier must be named by a URI such as 'memory:64MiB' or"
                    + " 'redis://127.0.0.1:6379' but was '" + TierUri.withoutSecret(text) + "'");
        }
        return new TierUri(scheme.toLowerCase(Locale.ROOT), colon < 0 ? "" : text.substring(colon + 1));
    }

    /** The whole URI as it was written, secrets included: for the client library only. */
    public String full() {
        return scheme + ":" + rest;
    }

    @Override
    public String toString() {
        return withoutSecret(full());
    }

    private static String withoutSecret(String text) {
        return SECRETS.matcher(text).replaceAll("***");
    }
}
