package dev.larder.benchmarks.engine.peer;

/** The peers by the name that tables give them, and how to open each. */
public enum EngineKind {
    LARDER_STORE("Larder store"),
    LARDER_CACHE("Larder cache"),
    CAFFEINE("Caffeine"),
    CACHE2K("cache2k"),
    GUAVA("Guava"),
    EHCACHE("Ehcache 3, heap"),
    MAP("ConcurrentHashMap, unbounded");

    private final String title;

    EngineKind(String title) {
        this.title = title;
    }

    /** What tables call it. */
    public String title() {
        return title;
    }

    /** Whether it evicts. */
    public boolean isBounded() {
        return this != MAP;
    }

    /** Opens one. No other peer's class is loaded for it, so that calls of a peer have one target. */
    public EnginePeer open(EngineSetup setup) {
        return switch (this) {
            case LARDER_STORE -> new LarderStorePeer(setup);
            case LARDER_CACHE -> new LarderCachePeer(setup);
            case CAFFEINE -> new CaffeinePeer(setup);
            case CACHE2K -> new Cache2kPeer(setup);
            case GUAVA -> new GuavaPeer(setup);
            case EHCACHE -> new EhcachePeer(setup);
            case MAP -> new MapPeer(setup);
        };
    }
}
