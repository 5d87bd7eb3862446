package dev.larder.server.store;

/** What a record says besides key and value; set again for each record written. Guarded by its shard's lock. */
final class Traits {
    int database;
    /** Milliseconds since 1970; {@link Entry#NEVER} for never. */
    long expiresAt;

    int flags;
    /** 0 where nobody asked for it. */
    long version;

    int access;

    final Annex annex = new Annex();

    Traits of(int db, long expiry, int flagBits, long versionNumber) {
        database = db;
        expiresAt = expiry;
        flags = flagBits;
        version = versionNumber;
        annex.clear();
        return this;
    }
}
