package dev.larder.server.script;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/** Whether the heap is nearly full after a collection, which a script that allocated much is then held to account for. */
final class Memory {
    private static final List<MemoryPoolMXBean> POOLS = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
            .toList();
    private static final double FULL = 0.75;
    private static final double MUCH = 0.25;

    private Memory() {}

    /** @param bytes what the script has allocated so far, whatever is left of it */
    static void check(long bytes) {
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most * MUCH && used() > most * FULL) {
            throw new OutOfMemory();
        }
    }

    private static long used() {
        long sum = 0;
        for (MemoryPoolMXBean pool : POOLS) {
            MemoryUsage usage = pool.getCollectionUsage();
            sum += usage == null ? 0 : usage.getUsed();
        }
        return sum;
    }

    /** Ends the script, whatever it catches. */
    static final class OutOfMemory extends Error {
        private static final long serialVersionUID = 1;

        OutOfMemory() {
            super("the script has filled the server's heap", null, false, false);
        }
    }
}
