package dev.larder.coherence;

import dev.larder.coherence.Checker.Trouble;
import dev.larder.testkit.FaultProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Brings trouble at random moments, one at a time, and notes when. For the test's thread. */
final class Storm {
    /** One kind of trouble; {@code ofServer} where calls of the tier may fail by it. */
    record Kind(String name, boolean ofServer, Runnable begin, Runnable end) {}

    private static final int SHORTEST_MILLIS = 200;
    private static final int LONGEST_MILLIS = 1_200;

    private final RandomGenerator random;
    private final List<Kind> kinds;
    private final long calmNanos;
    private final List<Trouble> trouble = new ArrayList<>();
    private final List<Trouble> everything = new ArrayList<>();

    /** @param calmNanos how long it is calm between two troubles */
    Storm(RandomGenerator random, long calmNanos, List<Kind> kinds) {
        this.random = random;
        this.calmNanos = calmNanos;
        this.kinds = List.copyOf(kinds);
    }

    /** What a network does to those who speak through {@code proxy}. */
    static List<Kind> ofNetwork(FaultProxy proxy) {
        return List.of(
                new Kind("cut", true, proxy::cut, () -> {}),
                new Kind(
                        "refused",
                        true,
                        () -> {
                            proxy.refuse(true);
                            proxy.cut();
                        },
                        () -> proxy.refuse(false)),
                new Kind("half open", true, proxy::blackOut, () -> {
                    proxy.heal();
                    proxy.cut();
                }),
                new Kind("slow", true, () -> proxy.delay(30), () -> proxy.delay(0)));
    }

    /** Lets {@code nanos} pass with trouble, each kind before any comes again, and then calm. */
    void rage(long nanos) {
        long until = System.nanoTime() + nanos;
        List<Kind> left = new ArrayList<>();
        pass(calmNanos);
        while (System.nanoTime() < until) {
            if (left.isEmpty()) {
                left.addAll(kinds);
            }
            Kind kind = left.remove(random.nextInt(left.size()));
            long start = System.nanoTime();
            kind.begin().run();
            pass(TimeUnit.MILLISECONDS.toNanos(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS)));
            kind.end().run();
            Trouble befallen = new Trouble(kind.name(), start, System.nanoTime());
            everything.add(befallen);
            if (kind.ofServer()) {
                trouble.add(befallen);
            }
            pass(calmNanos);
        }
    }

    /** What befell the server, and what befell clients, in order. */
    List<Trouble> everything() {
        return List.copyOf(everything);
    }

    /** What befell the server, in order. */
    List<Trouble> trouble() {
        return List.copyOf(trouble);
    }

    /** Time in which the clients work. */
    static void pass(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
