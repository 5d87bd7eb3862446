package dev.larder.store;

/** A value that knows its key. Its fields are not final: whoever finds it must see what was written before the put. */
final class Value {
    private int keyId;
    private int version;
    private long seal;

    Value(Key key, int version) {
        this.keyId = key.id();
        this.version = version;
        this.seal = seal(keyId, version);
    }

    private static long seal(int keyId, int version) {
        return ~(((long) keyId << Integer.SIZE) | version);
    }

    /** The version, if this is a whole value of the key. */
    int versionFor(Key key) {
        return keyId == key.id() && seal == seal(keyId, version) ? version : Stock.WRONG;
    }
}
