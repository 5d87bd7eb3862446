package dev.larder.expiry;

/** What an entry is worth at one moment, best first. */
public enum Freshness {
    /** Serve it. */
    FRESH,
    /** Serve it, and renew it in the background. */
    REFRESH_DUE,
    /** Serve it as stale, and renew it in the background. */
    STALE,
    /** Load; serve it as stale only if the load fails or is slow. */
    STALE_IF_ERROR,
    /** Of no use. */
    EXPIRED
}
