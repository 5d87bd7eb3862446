package dev.larder.policy;

/**
 * Any candidate leaves, each as likely as any other: {@code allkeys-random} and {@code volatile-random}; and, with nobody
 * to choose from, {@code noeviction}. Memory: 1¼ bytes a slot.
 */
final class RandomChoice extends CandidatePolicy {
    RandomChoice(Candidates kind, int seed) {
        super(kind, seed);
    }

    @Override
    public void onHit(int slot, int hash) {
        // Chance alone decides.
    }

    @Override
    void added(int slot, long expiresAt) {
        // As above.
    }

    @Override
    void updated(int slot, long expiresAt) {
        // As above.
    }

    @Override
    public int victim(SlotHashes hashes) {
        return anyCandidate();
    }

    @Override
    long coldness(int slot) {
        return 0;
    }
}
