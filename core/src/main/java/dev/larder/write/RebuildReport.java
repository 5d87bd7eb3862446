package dev.larder.write;

import java.time.Duration;

/**
 * What a rebuild did.
 *
 * @param rows rows read from the origin's stream
 * @param superseded rows not taken because their key was changed or invalidated while the rebuild ran
 * @param duration from the call to the switch
 */
public record RebuildReport(long rows, long superseded, Duration duration) {}
