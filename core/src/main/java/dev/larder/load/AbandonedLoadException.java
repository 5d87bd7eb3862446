package dev.larder.load;

import dev.larder.failure.LarderException;

/** The thread that loaded was interrupted: its own caller fails, one of those who wait takes over. Never leaves core. */
public final class AbandonedLoadException extends LarderException {
    private static final long serialVersionUID = 1L;

    AbandonedLoadException(Throwable cause) {
        super("the thread that loaded was interrupted", cause);
    }
}
