package dev.larder.benchmarks.herd;

import dev.larder.benchmarks.peer.Peer;
import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.peer.Setup;
import dev.larder.benchmarks.workload.Item;
import dev.larder.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process of the herd. {@code go KEY} makes it ask for the key from all its virtual threads at once and answer
 * {@code done OK FAILED LONGEST_NANOS MEDIAN_NANOS}.
 */
final class HerdMember {
    private static final int NEAR_ENTRIES = 10_000;

    private final Peer peer;
    private final int requests;
    private final Ticker ticker = Ticker.system();

    private HerdMember(Peer peer, int requests) {
        this.peer = peer;
        this.requests = requests;
    }

    /** Arguments: peer, Redis port, origin port, number of this process, concurrent requests. */
    public static void main(String[] args) throws Exception {
        int originPort = Integer.parseInt(args[2]);
        int client = Integer.parseInt(args[3]);
        Setup setup = Setup.shared(NEAR_ENTRIES, Integer.parseInt(args[1]))
                .loading(key -> Origin.ask(originPort, client, key));
        try (Peer peer = PeerKind.valueOf(args[0]).open(setup)) {
            HerdMember member = new HerdMember(peer, Integer.parseInt(args[4]));
            member.warmUp(client);
            System.out.println("ready");
            member.obey();
        }
        System.exit(0); // some clients leave threads behind that are no daemons
    }

    /** Loads the classes and opens the connections: they are not what a herd measures. */
    private void warmUp(int client) throws InterruptedException {
        ask(Long.MIN_VALUE + client);
    }

    private void obey() throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(ask(Long.parseLong(line.substring("go ".length()))));
        }
    }

    private String ask(long key) throws InterruptedException {
        long[] waits = new long[requests];
        AtomicInteger failed = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(requests);
        for (int i = 0; i < requests; i++) {
            int request = i;
            Thread.ofVirtual().start(() -> {
                try {
                    gate.await();
                    long start = ticker.nanos();
                    Item item = peer.get(key);
                    waits[request] = ticker.nanos() - start;
                    if (item == null || item.id() != key) {
                        failed.incrementAndGet();
                    }
                } catch (InterruptedException | RuntimeException e) {
                    if (failed.getAndIncrement() == 0) {
                        System.err.println("a request failed: " + e);
                    }
                } finally {
                    finished.countDown();
                }
            });
        }
        gate.countDown();
        if (!finished.await(5, TimeUnit.MINUTES)) {
            throw new IllegalStateException(finished.getCount() + " requests have not ended after 5 minutes");
        }
        Arrays.sort(waits);
        return "done " + (requests - failed.get()) + " " + failed.get() + " " + waits[requests - 1] + " "
                + waits[requests / 2];
    }
}
