package dev.larder.cli;

import dev.larder.failure.TierException;
import dev.larder.server.config.SettingsException;
import dev.larder.server.net.ListenException;
import dev.larder.storefront.StartException;

/** How a command ended. */
enum ExitCode {
    DONE(0),
    FAILED(1),
    USAGE(2),
    TIER(3),
    DATABASE(4),
    PORT(5);

    /** For the help of the commands. */
    static final String HEADING = "%nExit codes:%n";

    static final String DONE_TEXT = "0:done";
    static final String FAILED_TEXT = "1:failed; the last line says why";
    static final String USAGE_TEXT = "2:the command line is wrong";
    static final String TIER_TEXT = "3:a tier is named wrongly, does not answer, or does not let the program in";
    static final String DATABASE_TEXT = "4:the database cannot be used";
    static final String PORT_TEXT = "5:the port is taken";
    static final String SIGNAL_TEXT = "130, 143:ended by Ctrl+C, ended by a signal";

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ExitCode of(Throwable failure) {
        if (failure instanceof StartException start) {
            return switch (start.obstacle()) {
                case TIER -> TIER;
                case DATABASE -> DATABASE;
                case PORT -> PORT;
            };
        }
        if (failure instanceof TierException) {
            return TIER;
        }
        return failure instanceof SettingsException ? USAGE : failure instanceof ListenException ? PORT : FAILED;
    }

    /** Why it failed, in one line. */
    static String reason(Exception failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? "failed by a " + failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }
}
