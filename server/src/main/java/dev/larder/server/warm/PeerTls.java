package dev.larder.server.warm;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes what encrypts connections to peers, by the JDK's own TLS, from the files that Redis's tools take. */
public final class PeerTls {
    private PeerTls() {}

    /**
     * What trusts an authority and shows a certificate.
     *
     * @param authority certificates of those who are trusted, PEM; null for those that the JDK trusts
     * @param certificate what is shown to a server that asks, PEM; null for nothing
     * @param key the certificate's, PEM in PKCS #8
     * @throws IllegalArgumentException if a file cannot be used
     */
    public static SSLSocketFactory of(@Nullable Path authority, @Nullable Path certificate, @Nullable Path key) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
            if (authority != null) {
                builder.trustManager(authority.toFile());
            }
            if (certificate != null && key != null) {
                builder.keyManager(certificate.toFile(), key.toFile());
            }
            if (builder.build() instanceof JdkSslContext context) {
                return context.context().getSocketFactory();
            }
            throw new IllegalStateException("the JDK's provider makes the JDK's contexts");
        } catch (IllegalArgumentException | SSLException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(
                    "the files for TLS cannot be used (" + cause + "). A key must be PEM in PKCS #8", e);
        }
    }
}
