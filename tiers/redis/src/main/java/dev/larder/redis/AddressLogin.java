package dev.larder.redis;

import org.jspecify.annotations.Nullable;

/**
 * Who we are to a server. Immutable; does not print the password.
 *
 * @param user null for the default user
 * @param password null where none is asked for
 */
record AddressLogin(@Nullable String user, @Nullable String password) {
    static final AddressLogin NONE = new AddressLogin(null, null);

    @Override
    public String toString() {
        return password == null ? "nobody" : user == null ? "the default user" : user;
    }
}
