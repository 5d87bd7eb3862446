package dev.larder.redis;

import dev.larder.failure.LarderException;
import dev.larder.failure.TierException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the client library means to an operator. Pure. Messages name the tier and, where there is one, the
 * remedy; they hold no key, no value and no password.
 */
final class Trouble {
    /** What follows the tier's name where a server hangs up on a newcomer. */
    static final String CLOSED_IN_LOGIN =
            "closed the connection during the login." + " It is not a Redis, wants TLS, or has no connection to spare.";

    private static final String UNEXPLAINED = "cannot be opened: ";
    private static final String UNREACHED = "cannot be reached: ";
    private static final int MAX_QUOTED = 160;

    private Trouble() {}

    /** Why a connection could not be opened. */
    static TierException connecting(String tier, Throwable failure) {
        String reason = reason(failure);
        if (failure instanceof RedisConnectionException && reason.equals(UNEXPLAINED + quoted(failure))) {
            // The client library's own login, at a sentinel: it may lose the refusal to the closing that follows.
            reason = "hung up during the login. Check user, password and TLS in the tier's URI.";
        }
        return new TierException(tier + " " + reason, failure);
    }

    /** Why a login failed; {@code hungUp} where the server closed the connection, whatever else was noticed. */
    static TierException loggingIn(String tier, Throwable failure, boolean hungUp) {
        if (failure instanceof TierException known) {
            return known;
        }
        String reason = reason(failure);
        boolean closed = reason.startsWith(UNREACHED) || (hungUp && reason.startsWith(UNEXPLAINED));
        return new TierException(tier + " " + (closed ? CLOSED_IN_LOGIN : reason), failure);
    }

    /** Why a command was not answered as it should. */
    static RuntimeException calling(String tier, Throwable failure) {
        Throwable cause = Session.unwrap(failure);
        if (cause instanceof LarderException known) {
            return known;
        }
        if (cause instanceof IllegalArgumentException mistake) {
            return mistake;
        }
        if (Refusal.of(cause) == Refusal.MOVED && !tier.contains("-cluster:")) {
            return new TierException(
                    tier + " is a node of a Redis Cluster. Name it by redis-cluster: in the tier's URI.", cause);
        }
        if (cause instanceof RedisCommandExecutionException) {
            return new TierException(tier + " refused a command: " + quoted(cause), cause);
        }
        if (cause instanceof CancellationException) {
            return new TierException(tier + " lost the connection before it answered", cause);
        }
        return new TierException(tier + " failed: " + quoted(cause), cause);
    }

    /** The same outcome; a failure in the tier's words. */
    static <T extends @Nullable Object> CompletionStage<T> translated(String tier, CompletionStage<T> stage) {
        return stage.handle((value, failure) -> {
            if (failure != null) {
                throw calling(tier, failure);
            }
            return value;
        });
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException) {
                return refusal(quoted(cause));
            }
            if (cause instanceof UnknownHostException) {
                return UNREACHED + "there is no host of that name. Check the host in the tier's URI.";
            }
            if (cause instanceof FileNotFoundException) {
                return UNREACHED + "there is no socket of that name. Check the path in the tier's URI.";
            }
            if (cause instanceof SSLException) {
                return "cannot be trusted: " + quoted(cause) + ". Check its certificate and whether it speaks TLS.";
            }
            if (isTimeout(cause)) {
                return timeout(cause);
            }
            if (isNotRedis(cause)) {
                return "is not a Redis: it does not answer in Redis's protocol. Check host and port in the tier's URI.";
            }
            if (String.valueOf(cause.getMessage()).contains("closed prematurely")) {
                return CLOSED_IN_LOGIN;
            }
            if (cause instanceof IOException && cause.getCause() == null) {
                return UNREACHED + quoted(cause) + ". Check that Redis runs there.";
            }
        }
        return UNEXPLAINED + quoted(failure);
    }

    private static String refusal(String answer) {
        String upper = answer.toUpperCase(Locale.ROOT);
        if (upper.startsWith("WRONGPASS") || upper.startsWith("NOAUTH") || upper.contains("PASSWORD")) {
            return "refused the user or the password (" + answer + "). Check the login in the tier's URI.";
        }
        if (upper.startsWith("LOADING")) {
            return "is still loading its data (" + answer + "). It will be asked again.";
        }
        return "refused the connection: " + answer;
    }

    private static boolean isTimeout(Throwable cause) {
        return cause instanceof TimeoutException
                || cause instanceof RedisCommandTimeoutException
                || cause.getClass().getSimpleName().equals("ConnectTimeoutException");
    }

    private static String timeout(Throwable cause) {
        return cause.getClass().getSimpleName().equals("ConnectTimeoutException")
                ? UNREACHED + "no connection in time. Check host, port and firewall."
                : "does not answer: it took the connection and stayed silent. It hangs, is not a Redis, or only one"
                        + " side speaks TLS.";
    }

    private static boolean isNotRedis(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause.getClass().getSimpleName().equals("RedisProtocolException")
                || message.contains("Invalid first byte")
                || message.contains("Unexpected response");
    }

    private static String quoted(Throwable failure) {
        String message = failure.getMessage();
        String text = message == null ? failure.getClass().getSimpleName() : message;
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
    }
}
