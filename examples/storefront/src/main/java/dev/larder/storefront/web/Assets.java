package dev.larder.storefront.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Style and script, kept in memory. Their addresses name their content, so that browsers may keep them for ever. Immutable. */
final class Assets {
    private static final Map<String, String> TYPES =
            Map.of("shop.css", "text/css; charset=utf-8", "status.js", "text/javascript; charset=utf-8");

    private final Map<String, byte[]> contents = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    Assets() {
        for (String name : TYPES.keySet()) {
            byte[] content = read(name);
            CRC32 sum = new CRC32();
            sum.update(content);
            contents.put(name, content);
            addresses.put(name, "/static/" + name + "?" + Long.toHexString(sum.getValue()));
        }
    }

    /** The address of {@code name}; for templates. */
    public String address(String name) {
        return addresses.getOrDefault(name, "");
    }

    Response answer(String name) {
        byte[] content = contents.get(name);
        if (content == null) {
            throw HttpFailure.notFound("The shop has no such file.");
        }
        return new Response(
                200,
                Map.of(
                        "Content-Type",
                        TYPES.getOrDefault(name, "application/octet-stream"),
                        "Cache-Control",
                        "public, max-age=31536000, immutable"),
                content);
    }

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream("static/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the resource '" + name + "' is missing from the program's jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
