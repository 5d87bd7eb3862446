package dev.larder.load;

import dev.larder.failure.LarderException;

/** The thread that loaded was interrupted or out of stack: its own caller fails, one of those who wait takes over. Never leaves core. */
public final class AbandonedLoadException extends LarderException {
    private static final long serialVersionUID = 1L;

    AbandonedLoadException(Throwable cause) {
        super("the thread that loaded was interrupted", cause);
    }

    /** The flight {@linkplain Flight#isLost is lost}. */
    public static AbandonedLoadException outOfStack() {
        return new AbandonedLoadException(new IllegalStateException("the thread that loaded ran out of stack"));
    }
}
