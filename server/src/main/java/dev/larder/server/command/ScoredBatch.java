package dev.larder.server.command;

import dev.larder.server.store.ScoreSink;
import dev.larder.server.store.Slice;
import java.util.Arrays;

/** Members with their scores that were copied out of a sorted set. Confined to one thread. */
final class ScoredBatch implements ScoreSink {
    private final Batch members = new Batch();
    private double[] scores = new double[64];

    void clear() {
        members.clear();
    }

    @Override
    public void member(Slice member, double score) {
        if (members.count() == scores.length) {
            scores = Arrays.copyOf(scores, 2 * scores.length);
        }
        scores[members.count()] = score;
        members.add(member);
    }

    int count() {
        return members.count();
    }

    /** One of them; valid until the next call. */
    Slice member(int index) {
        return members.get(index);
    }

    double score(int index) {
        return scores[index];
    }

    /** Hands all of them out. */
    void each(ScoreSink sink) {
        for (int i = 0; i < count(); i++) {
            sink.member(members.get(i), scores[i]);
        }
    }
}
