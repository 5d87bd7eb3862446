package dev.larder.memcached;

import dev.larder.failure.TierException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A name whose addresses are the servers, all on one port. Thread-safe.
 *
 * <p>The system's resolver blocks, so it is called on a thread of its own, once at a time: while a question hangs, the next
 * ones fail at once.
 */
final class DnsDiscovery implements Discovery {
    /** What looks names up; the system's unless a test has its own. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final HostAndPort name;
    private final Resolver resolver;
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "larder-memcached-discovery");
        made.setDaemon(true);
        return made;
    });

    DnsDiscovery(HostAndPort name, Resolver resolver) {
        this.name = name;
        this.resolver = resolver;
    }

    @Override
    public CompletableFuture<List<HostAndPort>> ask() {
        CompletableFuture<List<HostAndPort>> answer = new CompletableFuture<>();
        if (!isAsking.compareAndSet(false, true)) {
            answer.completeExceptionally(new TierException("the name is still being resolved", null));
            return answer;
        }
        try {
            thread.execute(() -> resolve(answer));
        } catch (RejectedExecutionException closing) {
            answer.completeExceptionally(new TierException("the tier is closed", closing));
        }
        return answer;
    }

    private void resolve(CompletableFuture<List<HostAndPort>> answer) {
        try {
            List<HostAndPort> servers = Arrays.stream(resolver.addresses(name.host()))
                    .map(address -> new HostAndPort(address.getHostAddress(), name.port(), 1))
                    .distinct()
                    .sorted(Comparator.comparing(HostAndPort::toString))
                    .toList();
            isAsking.set(false);
            if (servers.isEmpty()) {
                answer.completeExceptionally(new TierException("the name has no address", null));
            } else {
                answer.complete(servers);
            }
        } catch (UnknownHostException e) {
            isAsking.set(false);
            answer.completeExceptionally(new TierException("there is no host of that name", e));
        } catch (RuntimeException e) { // a resolver of somebody else's
            isAsking.set(false);
            answer.completeExceptionally(new TierException("the name could not be resolved", e));
        }
    }

    @Override
    public String toString() {
        return "dns:" + name;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
