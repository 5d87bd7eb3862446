package dev.larder.benchmarks.delay;

import dev.larder.benchmarks.process.PostgresServer;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.process.TierFolder;
import dev.larder.benchmarks.process.TierServer;
import java.io.IOException;

/** A tier and how many keys are removed in a second besides the probes. */
enum Plan {
    REDIS_QUIET("Redis", 0) {
        @Override
        TierServer start() throws IOException {
            return ServerProcess.redis();
        }
    },
    REDIS_BUSY("Redis", 10_000) {
        @Override
        TierServer start() throws IOException {
            return ServerProcess.redis();
        }
    },
    MEMCACHED("Memcached", 2_000) {
        @Override
        TierServer start() throws IOException {
            return ServerProcess.memcached(128);
        }
    },
    POSTGRESQL("PostgreSQL", 500) {
        @Override
        TierServer start() throws IOException {
            return new PostgresServer();
        }
    },
    FILE("files", 1_000) {
        @Override
        TierServer start() throws IOException {
            return new TierFolder();
        }
    };

    private final String tier;
    private final int othersPerSecond;

    Plan(String tier, int othersPerSecond) {
        this.tier = tier;
        this.othersPerSecond = othersPerSecond;
    }

    /** What tables call it. */
    String tier() {
        return tier;
    }

    int othersPerSecond() {
        return othersPerSecond;
    }

    /** Starts the shared tier. */
    abstract TierServer start() throws IOException;
}
