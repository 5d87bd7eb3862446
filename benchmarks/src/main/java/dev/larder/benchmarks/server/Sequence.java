package dev.larder.benchmarks.server;

import java.util.function.IntSupplier;

/** Numbers from 0 on. Confined to one thread. */
final class Sequence implements IntSupplier {
    private int next;

    @Override
    public int getAsInt() {
        return next++;
    }
}
