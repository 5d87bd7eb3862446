package dev.larder.store;

/** A key whose hash code is chosen. */
record Key(int id, int hash) {
    @Override
    public int hashCode() {
        return hash;
    }
}
