package dev.larder.load;

import dev.larder.failure.LarderException;
import dev.larder.failure.LoadException;
import dev.larder.failure.LoadRejectedException;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.failure.RecursiveLoadException;

/** Words a failed load, once for each caller: an exception object is not shared between threads, its cause is. */
public final class LoadFailure {
    private LoadFailure() {}

    /** The loader threw {@code cause}. */
    public static LoadException of(String cache, String key, Throwable cause) {
        return new LoadException("the load of key '" + key + "' failed: " + cause + " (cache '" + cache + "')", cause);
    }

    /** The same failure for one more caller. */
    public static LarderException again(Throwable failure, String cache) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof LoadException) {
            return new LoadException(message, failure.getCause());
        }
        if (failure instanceof LoadRejectedException) {
            return new LoadRejectedException(message, failure);
        }
        if (failure instanceof LoadTimeoutException) {
            return new LoadTimeoutException(message, failure);
        }
        if (failure instanceof RecursiveLoadException) {
            return new RecursiveLoadException(message, failure);
        }
        return new LoadException("a load failed: " + failure + " (cache '" + cache + "')", failure);
    }
}
