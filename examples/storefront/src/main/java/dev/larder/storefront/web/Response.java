package dev.larder.storefront.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is sent back. Not changed once made. */
final class Response {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    Response(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    static Response html(int status, String page) {
        return new Response(
                status,
                Map.of("Content-Type", "text/html; charset=utf-8", "Cache-Control", "no-store"),
                page.getBytes(StandardCharsets.UTF_8));
    }

    static Response json(byte[] body) {
        return new Response(
                200, Map.of("Content-Type", "application/json; charset=utf-8", "Cache-Control", "no-store"), body);
    }

    /** To {@code path} of this site, by GET: what a form answers when it is done. */
    static Response seeOther(String path) {
        return new Response(303, Map.of("Location", path), new byte[0]);
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** The bytes themselves, not a copy. */
    byte[] body() {
        return body;
    }
}
