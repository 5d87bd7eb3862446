package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.peer.PeerKind;
import java.util.List;

/**
 * One set of conditions under which several peers are compared. Immutable.
 *
 * @param title as tables name it
 * @param peers the contenders; Larder among them
 * @param entries how many there are
 * @param nearEntries the bound of the near tier
 * @param redisPort 0 for none
 * @param draw how keys are drawn
 * @param threads how many read
 */
record Contest(
        String title,
        List<PeerKind> peers,
        int entries,
        int nearEntries,
        int redisPort,
        HitBenchmark.Draw draw,
        int threads) {}
