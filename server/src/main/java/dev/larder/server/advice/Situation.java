package dev.larder.server.advice;

import dev.larder.server.store.ExpiryForecast;

/**
 * How a server is, as far as it is not sampled. Immutable.
 *
 * @param usedBytes what keys, values and tables take
 * @param maxBytes the bound; {@link Long#MAX_VALUE} for none
 * @param processorShare how busy the process keeps all processors, from 0 to 1
 * @param forecast what expires soon
 */
public record Situation(long usedBytes, long maxBytes, double processorShare, ExpiryForecast forecast) {
    long keys() {
        return forecast.keys();
    }

    boolean isBounded() {
        return maxBytes != Long.MAX_VALUE;
    }

    /** About how many keys there is room for. */
    double room() {
        return isBounded() && usedBytes > 0 ? keys() * ((double) maxBytes / usedBytes) : keys();
    }
}
