package dev.larder.cli;

import java.nio.file.Path;

/** Where programs keep data for the user who runs them. */
final class UserData {
    private UserData() {}

    /** The demo's directory: below {@code XDG_DATA_HOME}, or below {@code ~/.local/share}. */
    static Path directory() {
        String xdg = System.getenv("XDG_DATA_HOME");
        Path base = xdg != null && Path.of(xdg).isAbsolute()
                ? Path.of(xdg)
                : Path.of(System.getProperty("user.home"), ".local", "share");
        return base.resolve("larder").resolve("demo");
    }
}
