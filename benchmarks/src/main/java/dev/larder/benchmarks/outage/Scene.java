package dev.larder.benchmarks.outage;

import dev.larder.benchmarks.process.PostgresServer;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.process.TierFolder;
import dev.larder.benchmarks.process.TierServer;
import java.io.IOException;

/** Which tier goes away, and how. */
enum Scene {
    REDIS("Redis, killed, back empty") {
        @Override
        TierServer start() throws IOException {
            return ServerProcess.redis();
        }
    },
    REDIS_FROZEN("Redis, frozen, back with all it had") {
        @Override
        TierServer start() throws IOException {
            return ServerProcess.redis().freezing();
        }
    },
    MEMCACHED_ONE("Memcached, one of three killed, back empty") {
        @Override
        TierServer start() throws IOException {
            return MemcachedRing.start(1);
        }
    },
    MEMCACHED_ALL("Memcached, all three killed, back empty") {
        @Override
        TierServer start() throws IOException {
            return MemcachedRing.start(MemcachedRing.SERVERS);
        }
    },
    POSTGRESQL("PostgreSQL, shut down, back with all it had") {
        @Override
        TierServer start() throws IOException {
            return new PostgresServer();
        }
    },
    FILE("files, the folder moved away and back") {
        @Override
        TierServer start() throws IOException {
            return new TierFolder();
        }
    };

    private final String title;

    Scene(String title) {
        this.title = title;
    }

    /** What tables call it. */
    String title() {
        return title;
    }

    /** Starts the shared tier. */
    abstract TierServer start() throws IOException;
}
