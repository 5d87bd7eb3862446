package dev.larder.benchmarks.far;

import dev.larder.benchmarks.peer.PeerKind;

/** Who takes part, by the name that tables give it. */
enum FarKind {
    LARDER("Larder over Redis", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new LarderFar("redis://127.0.0.1:" + ports.redis(), 0);
        }
    },
    LETTUCE("Lettuce, bare", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new BareLettuce(ports.redis());
        }
    },
    JEDIS("Jedis, bare", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new BareJedis(ports.redis());
        }
    },
    SPRING("Spring Cache, Redis", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new PeerFar(PeerKind.SPRING_REDIS.open(0, ports.redis()));
        }
    },
    JETCACHE("JetCache, Redis only", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new JetCacheFar(ports.redis());
        }
    },
    REDISSON("Redisson, buckets", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new RedissonFar(ports.redis());
        }
    },
    LARDER_MEMCACHED("Larder over Memcached", "memcached") {
        @Override
        FarClient open(Ports ports) {
            return new LarderFar("memcached://127.0.0.1:" + ports.memcached(), 0);
        }
    },
    SPYMEMCACHED("spymemcached, bare", "memcached") {
        @Override
        FarClient open(Ports ports) {
            return new BareSpymemcached(ports.memcached());
        }
    },
    LARDER_NEAR("Larder, near tier over Redis", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new PeerFar(PeerKind.LARDER.open(MixedLoad.NEAR_ENTRIES, ports.redis()));
        }
    },
    JETCACHE_NEAR("JetCache, two tiers", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new PeerFar(PeerKind.JETCACHE.open(MixedLoad.NEAR_ENTRIES, ports.redis()));
        }
    },
    REDISSON_NEAR("Redisson RLocalCachedMap", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new PeerFar(PeerKind.REDISSON.open(MixedLoad.NEAR_ENTRIES, ports.redis()));
        }
    },
    TAGGED("1 tag", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new LarderFar("redis://127.0.0.1:" + ports.redis(), 1);
        }
    },
    TAGGED_OFTEN("5 tags", "redis") {
        @Override
        FarClient open(Ports ports) {
            return new LarderFar("redis://127.0.0.1:" + ports.redis(), 5);
        }
    };

    private final String title;
    private final String server;

    FarKind(String title, String server) {
        this.title = title;
        this.server = server;
    }

    /** What tables call it. */
    String title() {
        return title;
    }

    /** Which server it reads. */
    String server() {
        return server;
    }

    /** Opens one in this process. */
    abstract FarClient open(Ports ports);

    /** Where the servers listen on the loopback interface. */
    record Ports(int redis, int memcached) {}
}
