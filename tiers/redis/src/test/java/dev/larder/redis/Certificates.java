package dev.larder.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority and what it vouches for, as PEM files made by {@code openssl} in a folder of the test. */
final class Certificates {
    private static final long PATIENCE_SECONDS = 20;

    private final Path folder;

    Certificates(Path folder) {
        this.folder = folder;
        make("authority", "/CN=Test authority", List.of());
    }

    Path authority() {
        return folder.resolve("authority.pem");
    }

    /** A certificate for {@code name}, which is a DNS name or an IP address as openssl writes them. */
    Path certificate(String file, String name) {
        List<String> signed = List.of(
                "-CA",
                authority().toString(),
                "-CAkey",
                key("authority").toString(),
                "-addext",
                "subjectAltName=" + name,
                "-addext",
                "basicConstraints=critical,CA:FALSE");
        make(file, "/CN=" + file, signed);
        return folder.resolve(file + ".pem");
    }

    Path key(String file) {
        return folder.resolve(file + ".key");
    }

    private void make(String file, String subject, List<String> more) {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2"));
        command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", subject));
        command.addAll(List.of(
                "-keyout",
                key(file).toString(),
                "-out",
                folder.resolve(file + ".pem").toString()));
        command.addAll(more);
        try {
            Process openssl =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!openssl.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
                throw new IllegalStateException("openssl could not make a certificate: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("openssl cannot be started: install the package openssl", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
