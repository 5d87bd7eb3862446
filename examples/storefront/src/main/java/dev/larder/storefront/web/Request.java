package dev.larder.storefront.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request, read and checked as far as every page needs it. Immutable. */
record Request(String method, String path, Map<String, String> query, Map<String, String> form) {
    private static final int MAX_QUERY = 2_048;
    private static final int MAX_FORM_BYTES = 8_192;

    /** Reads {@code exchange}, the form included; throws {@link HttpFailure} for what is too long or garbled. */
    static Request read(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String query = exchange.getRequestURI().getRawQuery();
        if (query != null && query.length() > MAX_QUERY) {
            throw new HttpFailure(414, "That address is too long", "A query may have " + MAX_QUERY + " characters.");
        }
        String form = null;
        if (method.equals("POST")) {
            refuseOtherSites(exchange);
            byte[] body = exchange.getRequestBody().readNBytes(MAX_FORM_BYTES + 1);
            if (body.length > MAX_FORM_BYTES) {
                throw new HttpFailure(413, "That form is too long", "A form may have " + MAX_FORM_BYTES + " bytes.");
            }
            form = new String(body, StandardCharsets.UTF_8);
        }
        String path = exchange.getRequestURI().getPath();
        return new Request(method, path == null ? "/" : path, pairs(query), pairs(form));
    }

    /** A form of another site must not change the shop of whoever visits that site. */
    private static void refuseOtherSites(HttpExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (origin != null && !origin.replaceFirst("^https?://", "").equals(host)) {
            throw new HttpFailure(403, "Not from here", "Forms of other sites are not taken.");
        }
    }

    private static Map<String, String> pairs(@Nullable String text) {
        Map<String, String> pairs = new HashMap<>();
        if (text != null && !text.isEmpty()) {
            for (String pair : text.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                pairs.putIfAbsent(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return pairs;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw HttpFailure.badRequest("The address or form has a '%' that two hexadecimal digits do not follow.");
        }
    }
}
