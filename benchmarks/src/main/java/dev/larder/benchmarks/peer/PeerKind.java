package dev.larder.benchmarks.peer;

/** The peers by the name that tables give them, and how to open each. */
public enum PeerKind {
    LARDER("Larder") {
        @Override
        public Peer open(Setup setup) {
            return new LarderPeer(setup);
        }
    },
    MAP("ConcurrentHashMap") {
        @Override
        public Peer open(Setup setup) {
            return new MapPeer(setup);
        }
    },
    CAFFEINE("Caffeine, bare") {
        @Override
        public Peer open(Setup setup) {
            return CaffeinePeer.bare(setup);
        }
    },
    CAFFEINE_EXPIRING("Caffeine, expireAfterWrite + recordStats") {
        @Override
        public Peer open(Setup setup) {
            return CaffeinePeer.expiringWithStats(setup);
        }
    },
    SPRING_CAFFEINE("Spring Cache, Caffeine") {
        @Override
        public Peer open(Setup setup) {
            return new SpringCaffeinePeer(setup);
        }
    },
    SPRING_REDIS("Spring Cache, Redis") {
        @Override
        public Peer open(Setup setup) {
            return new SpringRedisPeer(setup, false);
        }
    },
    SPRING_REDIS_LOCKING("Spring Cache, Redis, sync = true, locking") {
        @Override
        public Peer open(Setup setup) {
            return new SpringRedisPeer(setup, true);
        }
    },
    JETCACHE("JetCache, two tiers") {
        @Override
        public Peer open(Setup setup) {
            return new JetCachePeer(setup);
        }
    },
    REDISSON("Redisson RLocalCachedMap") {
        @Override
        public Peer open(Setup setup) {
            return new RedissonPeer(setup);
        }
    };

    private final String title;

    PeerKind(String title) {
        this.title = title;
    }

    /** What tables call it. */
    public String title() {
        return title;
    }

    /** Opens one that loads nothing; {@code redisPort} is 0 for none. */
    public Peer open(int nearEntries, int redisPort) {
        return open(new Setup(nearEntries, redisPort, null));
    }

    /** Opens one. */
    public abstract Peer open(Setup setup);
}
