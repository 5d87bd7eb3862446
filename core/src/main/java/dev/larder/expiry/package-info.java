/**
 * Pure rules of time: how long a value is fresh, when it may be served stale, when it is gone. Reads no clock and keeps
 * no entry. Open {@link dev.larder.expiry.ExpiryRules} first.
 */
@NullMarked
package dev.larder.expiry;

import org.jspecify.annotations.NullMarked;
