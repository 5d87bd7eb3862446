package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.Jvm;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.server.net.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Who is measured, each as a process of its own that keeps nothing on disk. */
enum Contender {
    REDIS("Redis") {
        @Override
        ServerProcess start(List<String> more) throws IOException {
            return ServerProcess.redis(more);
        }
    },
    LARDER("Larder") {
        @Override
        ServerProcess start(List<String> more) throws IOException {
            return larder(JVM, more);
        }
    },
    LARDER_BY_URING("Larder by io_uring") {
        @Override
        ServerProcess start(List<String> more) throws IOException {
            List<String> jvm = new ArrayList<>(JVM);
            jvm.add("-D" + Transport.PROPERTY + "=io_uring");
            return larder(jvm, more);
        }
    };

    /** What {@code bin/larder server} runs with: little is on the heap. */
    private static final List<String> JVM = List.of("-Xmx512m", "-Xmn32m", "-XX:+UseSerialGC");

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    private static ServerProcess larder(List<String> jvm, List<String> more) throws IOException {
        List<String> all = new ArrayList<>(List.of("--io-threads", "1", "--maxmemory", "8gb"));
        all.addAll(more);
        return ServerProcess.java(Jvm.ofThisJdk(jvm), LarderMember.class, "--port", all);
    }

    /** Larder with two event loops, to be spoken to in Memcached's protocol. */
    static ServerProcess larderForMemcached(List<String> more) throws IOException {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(more);
        return ServerProcess.java(Jvm.ofThisJdk(JVM), LarderMember.class, "--memcached-port", all);
    }

    String title() {
        return title;
    }

    /** Starts one with more of Redis's directives, as words of a command line. */
    abstract ServerProcess start(List<String> more) throws IOException;
}
