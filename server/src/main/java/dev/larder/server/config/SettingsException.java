package dev.larder.server.config;

/** A command line, a file or an option that the server cannot start with. The message is one sentence for whoever wrote it. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String message) {
        super(message);
    }
}
