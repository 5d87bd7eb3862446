package dev.larder.server.net;

import dev.larder.server.config.Settings;
import dev.larder.server.config.SettingsException;
import dev.larder.server.config.WrongValueException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How connections are encrypted: what the directives {@code tls-…} say, by the JDK's own TLS. Certificates are read at the
 * start and again whenever such a directive is set; connections that are open keep theirs. Thread-safe.
 */
public final class Tls {
    private static final int HANDSHAKE_SECONDS = 10;
    private static final String NO_FILES =
            "tls-cert-file and tls-key-file must be given where tls-port or memcached-tls asks for TLS";
    private static final String NO_AUTHORITY = "tls-ca-cert-file or tls-ca-cert-dir must be given where"
            + " tls-auth-clients is not no: it says whose clients are let in";
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    private volatile @Nullable SslContext context;

    /** Reads what {@code settings} name; throws {@link SettingsException} where that cannot be used. */
    public Tls(Settings settings) {
        if (!isOn(settings::text)) {
            return;
        }
        try {
            context = made(settings::text);
        } catch (WrongValueException wrong) {
            throw new SettingsException(String.valueOf(wrong.getMessage()));
        }
        settings.onCheck(changed -> {
            if (changed.keySet().stream().anyMatch(name -> name.startsWith("tls-"))) {
                context = made(name -> changed.getOrDefault(name, settings.text(name)));
            }
        });
    }

    private static boolean isOn(Values values) {
        return !values.text("tls-port").equals("0")
                || values.text("memcached-tls").equals("yes");
    }

    /** What encrypts one connection; goes before its other handlers. Whoever does not shake hands in time is hung up on. */
    public SslHandler handler(ByteBufAllocator allocator) {
        SslContext now = context;
        if (now == null) {
            throw new IllegalStateException("TLS is off");
        }
        SslHandler handler = now.newHandler(allocator);
        handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        return handler;
    }

    /** Values of directives by name. */
    private interface Values {
        String text(String name);
    }

    private static SslContext made(Values values) {
        String certificate = values.text("tls-cert-file");
        String key = values.text("tls-key-file");
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new WrongValueException(NO_FILES);
        }
        String password = values.text("tls-key-file-pass");
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            readable("tls-cert-file", certificate),
                            readable("tls-key-file", key),
                            password.isEmpty() ? null : password)
                    .sslProvider(SslProvider.JDK);
            restrict(builder, values);
            authenticate(builder, values);
            return builder.build();
        } catch (IllegalArgumentException | IOException | GeneralSecurityException wrong) {
            Throwable cause = wrong.getCause() == null ? wrong : wrong.getCause();
            throw new WrongValueException("the certificate " + certificate + " and the key " + key
                    + " cannot be used (" + cause + "). A key must be PEM in PKCS #8:"
                    + " openssl pkcs8 -topk8 -in old.key -out new.key makes one");
        }
    }

    private static File readable(String directive, String file) {
        if (!Files.isReadable(Path.of(file))) {
            throw new WrongValueException(directive + " must be a file that can be read but was '" + file + "'");
        }
        return new File(file);
    }

    private static void restrict(SslContextBuilder builder, Values values) {
        String protocols = values.text("tls-protocols");
        List<String> wanted = protocols.isEmpty() ? List.of("TLSv1.2", "TLSv1.3") : List.of(protocols.split(" +"));
        for (String each : wanted) {
            if (!PROTOCOLS.contains(each)) {
                throw new WrongValueException("tls-protocols may be TLSv1.2 and TLSv1.3 but there was '" + each
                        + "': older ones are not safe");
            }
        }
        builder.protocols(wanted);
        List<String> ciphers = new ArrayList<>();
        for (String name : List.of("tls-ciphers", "tls-ciphersuites")) {
            if (!values.text(name).isEmpty()) {
                ciphers.addAll(List.of(values.text(name).split(":")));
            }
        }
        if (!ciphers.isEmpty()) {
            builder.ciphers(ciphers);
        }
    }

    private static void authenticate(SslContextBuilder builder, Values values)
            throws IOException, GeneralSecurityException {
        String who = values.text("tls-auth-clients");
        builder.clientAuth(
                switch (who) {
                    case "no" -> ClientAuth.NONE;
                    case "optional" -> ClientAuth.OPTIONAL;
                    default -> ClientAuth.REQUIRE;
                });
        if (who.equals("no")) {
            return;
        }
        List<X509Certificate> trusted = new ArrayList<>();
        String file = values.text("tls-ca-cert-file");
        String directory = values.text("tls-ca-cert-dir");
        if (!file.isEmpty()) {
            read(readable("tls-ca-cert-file", file).toPath(), trusted);
        }
        if (!directory.isEmpty()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(directory))) {
                for (Path each : files) {
                    if (Files.isRegularFile(each)) {
                        read(each, trusted);
                    }
                }
            }
        }
        if (trusted.isEmpty()) {
            throw new WrongValueException(NO_AUTHORITY);
        }
        builder.trustManager(trusted);
    }

    private static void read(Path file, Collection<X509Certificate> into) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .forEach(each -> into.add((X509Certificate) each));
        }
    }
}
