package dev.larder.server.store;

/**
 * Where a store's memory is, in bytes. What shards have is read one shard after another.
 *
 * @param allocated all that counts against the bound: pages, free ones too, and what policies take of the heap
 * @param maxBytes the bound
 * @param dataset keys and values with their heads
 * @param holes free within pages that hold blocks
 * @param tables slots and index
 * @param heap what policies and wheels take of the heap
 * @param freePages pages that nobody uses and that were not given back yet
 */
public record MemoryReport(
        long allocated, long maxBytes, long dataset, long holes, long tables, long heap, long freePages) {
    /** What is neither keys nor values nor free. */
    public long overhead() {
        return tables + heap;
    }

    /** Allocated bytes for each one in use; 1 where nothing is lost. */
    public double fragmentation() {
        long used = dataset + tables + heap;
        return used == 0 ? 1 : (double) allocated / used;
    }
}
