package dev.larder.benchmarks.herd;

import dev.larder.benchmarks.keys.MixedKeys;
import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.process.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The processes of one peer, ready to run rounds. For one thread. */
final class Herd implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final List<String> JVM_OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC");

    private final PeerKind kind;
    private final RedisServer redis;
    private final Origin origin;
    private final int requests;
    private final List<ChildJvm> members = new ArrayList<>();
    private long nextKey;

    Herd(PeerKind kind, RedisServer redis, Origin origin, int processes, int requests)
            throws IOException, InterruptedException {
        this.kind = kind;
        this.redis = redis;
        this.origin = origin;
        this.requests = requests;
        this.nextKey = 1_000_000L * kind.ordinal();
        startAll(processes);
    }

    private void startAll(int processes) throws IOException, InterruptedException {
        for (int number = 0; number < processes; number++) {
            members.add(start(number));
        }
        for (ChildJvm member : members) {
            member.await("ready", START_TIMEOUT);
        }
    }

    /** A round on a key that nobody has seen. */
    HerdRound calm() throws IOException, InterruptedException {
        return HerdRound.calm(members, origin, MixedKeys.key(nextKey++));
    }

    /** The same with the loading process killed {@code afterQuery} into its query; then it is replaced. */
    HerdRound killed(Duration afterQuery) throws IOException, InterruptedException {
        long key = MixedKeys.key(nextKey++);
        HerdRound round = HerdRound.killed(members, origin, key, afterQuery);
        if (!round.finished()) {
            restart();
            return round;
        }
        int victim = origin.queries(key).getFirst().client();
        members.get(victim).close();
        members.set(victim, start(victim));
        members.get(victim).await("ready", START_TIMEOUT);
        return round;
    }

    /** After a round in which requests hang: new processes, and no lock left in Redis. */
    private void restart() throws IOException, InterruptedException {
        int processes = members.size();
        members.forEach(ChildJvm::kill);
        members.forEach(ChildJvm::close);
        members.clear();
        RedisServer.flush(redis.port());
        startAll(processes);
    }

    private ChildJvm start(int number) throws IOException {
        List<String> arguments = List.of(
                kind.name(),
                String.valueOf(redis.port()),
                String.valueOf(origin.port()),
                String.valueOf(number),
                String.valueOf(requests));
        return ChildJvm.start(kind.name() + "-" + number, HerdMember.class, JVM_OPTIONS, arguments);
    }

    @Override
    public void close() {
        members.forEach(ChildJvm::close);
    }
}
