package dev.larder.memcached;

import dev.larder.failure.LarderException;
import dev.larder.failure.TierException;
import dev.larder.protocol.memcached.ProtocolException;
import dev.larder.protocol.memcached.Reply;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure means to an operator. Pure. Messages name the server and, where there is one, the remedy; they hold no
 * key, no value and no password.
 */
final class Trouble {
    private static final int MAX_QUOTED = 160;

    private Trouble() {}

    /** Why a connection could not be opened. */
    static TierException connecting(String server, Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof TierException known ? known : new TierException(server + " " + reason(cause), cause);
    }

    /** The server refused a command, or answered what it should not. */
    static TierException refused(Reply reply) {
        if (reply instanceof Reply.Failure refusal) {
            String words = quoted(refusal.message());
            return switch (refusal.fault()) {
                case SERVER -> new TierException("Memcached could not do what it was asked: " + words, null);
                case CLIENT -> new TierException("Memcached refused a command: " + words, null);
                case UNKNOWN_COMMAND -> new TierException("Memcached does not know a command it was sent", null);
            };
        }
        return new TierException("Memcached gave an answer that does not belong to the command", null);
    }

    /** The same outcome; a failure as the exception that a caller may expect. */
    static <T extends @Nullable Object> CompletionStage<T> translated(String tier, CompletionStage<T> stage) {
        return stage.handle((value, failure) -> {
            if (failure != null) {
                throw calling(tier, unwrap(failure));
            }
            return value;
        });
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static RuntimeException calling(String tier, Throwable cause) {
        if (cause instanceof LarderException known) {
            return known;
        }
        if (cause instanceof IllegalArgumentException mistake) {
            return mistake;
        }
        return new TierException(tier + " failed: " + quoted(cause), cause);
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "cannot be reached: there is no host of that name. Check the host in the tier's URI.";
            }
            if (cause instanceof SSLException) {
                return "cannot be trusted: " + quoted(cause) + ". Check its certificate and whether it speaks TLS.";
            }
            if (cause instanceof ConnectTimeoutException) {
                return "cannot be reached: no connection in time. Check host, port and firewall.";
            }
            if (cause instanceof ProtocolException) {
                return "is not a Memcached: it does not answer in its protocol. Check host and port in the tier's URI.";
            }
            if (cause instanceof IOException && cause.getCause() == null) {
                return "cannot be reached: " + quoted(cause) + ". Check that Memcached runs there.";
            }
        }
        return "cannot be opened: " + quoted(failure);
    }

    private static String quoted(Throwable failure) {
        String message = failure.getMessage();
        return quoted(message == null ? failure.getClass().getSimpleName() : message);
    }

    private static String quoted(String text) {
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
    }
}
