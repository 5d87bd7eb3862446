package dev.larder.server.memcached;

import dev.larder.server.acl.Passwords;
import dev.larder.server.acl.User;
import dev.larder.server.command.Access;
import dev.larder.server.command.Node;
import dev.larder.server.config.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may use the port: those of {@code memcached-auth-file}, or else the user {@code default} with its password, if it may
 * do everything, or else everybody, if that user needs no password. Passwords are kept as digests, and comparing takes the same time whatever is given, and
 * whether there is such a user. Thread-safe.
 */
final class Users {
    private static final int MOST = 1_024;

    private final Access access;
    private final List<Entry> listed = new ArrayList<>();

    /** Digests of a name and its password. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Entry(byte[] name, byte[] password) {}

    /** Reads the file, if there is one; throws {@link SettingsException} where it cannot be used. */
    Users(Node node) {
        this.access = node.access();
        String file = node.settings().text("memcached-auth-file");
        if (!file.isEmpty()) {
            read(Path.of(file));
        }
    }

    private void read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new SettingsException("memcached-auth-file " + file + " cannot be read (" + e + ")");
        }
        int number = 0;
        for (String line : lines) {
            number++;
            int colon = line.indexOf(':');
            if (line.isBlank()) {
                continue;
            }
            if (colon < 1 || colon == line.length() - 1) {
                throw new SettingsException("memcached-auth-file " + file
                        + " must have a name, a colon and a password in" + " each line but has not in line " + number);
            }
            listed.add(new Entry(digest(line.substring(0, colon)), digest(line.substring(colon + 1))));
        }
        if (listed.isEmpty() || listed.size() > MOST) {
            throw new SettingsException(
                    "memcached-auth-file " + file + " must have 1 to " + MOST + " users but has " + listed.size());
        }
    }

    private static byte[] digest(String text) {
        return Passwords.digest(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether one must log in. */
    boolean areNeeded() {
        return !listed.isEmpty()
                || !access.isOpen()
                || !access.users().standard().isUnlimited();
    }

    boolean accept(byte[] name, byte[] password) {
        if (listed.isEmpty()) {
            User standard = access.users().standard();
            boolean isRight = standard.accepts(password) && standard.isUnlimited();
            return isRight && new String(name, StandardCharsets.ISO_8859_1).equals("default");
        }
        byte[] givenName = Passwords.digest(name);
        byte[] givenPassword = Passwords.digest(password);
        boolean isRight = false;
        for (Entry each : listed) {
            boolean isName = MessageDigest.isEqual(each.name, givenName);
            boolean isPassword = MessageDigest.isEqual(each.password, givenPassword);
            if (isName && isPassword) {
                isRight = true; // and on, so that the time tells nothing
            }
        }
        return isRight;
    }
}
