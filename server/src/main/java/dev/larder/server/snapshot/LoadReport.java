package dev.larder.server.snapshot;

/**
 * What became of a snapshot's entries, by now or in the end.
 *
 * @param entries how many the snapshot has
 * @param loaded how many are in the store
 * @param expired whose time was over
 * @param superseded whose key or database clients had used meanwhile
 * @param noRoom for which nothing would have been evicted
 * @param damagedBlocks blocks that could not be read; what they held is in none of the other numbers
 */
public record LoadReport(long entries, long loaded, long expired, long superseded, long noRoom, long damagedBlocks) {}
