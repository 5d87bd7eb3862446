package dev.larder.storefront.status;

import dev.larder.storefront.herd.HerdReport;
import org.jspecify.annotations.Nullable;

/** The last herds. Thread-safe: each field is written whole. */
public final class HerdBoard {
    private volatile @Nullable HerdReport withProtection;
    private volatile @Nullable HerdReport withoutProtection;

    /** Keeps a report; {@code isProtected} tells which of the two it is. */
    public void keep(boolean isProtected, HerdReport report) {
        if (isProtected) {
            withProtection = report;
        } else {
            withoutProtection = report;
        }
    }

    public @Nullable HerdReport withProtection() {
        return withProtection;
    }

    public @Nullable HerdReport withoutProtection() {
        return withoutProtection;
    }
}
