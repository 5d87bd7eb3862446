package dev.larder.server.command;

import dev.larder.server.store.ScoreSink;
import dev.larder.server.store.Slice;
import dev.larder.server.store.SortedSetAccess;

/** The two ends of a range of a sorted set, by rank, score or name: it becomes a range of ranks of a given one. Immutable. */
sealed interface ScoreRange {
    /** What ends are. */
    enum By {
        RANK,
        SCORE,
        NAME
    }

    /** The ranks that are meant; of a reverse one these count downwards. */
    Ranks ranks(SortedSetAccess scores, boolean isReverse);

    /** Of two words; in reverse the higher end of scores and names comes first. */
    static ScoreRange read(Call call, By by, int at, boolean isReverse) {
        int low = isReverse ? at + 1 : at;
        int high = isReverse ? at : at + 1;
        return switch (by) {
            case RANK -> new ByRank(call.integer(at), call.integer(at + 1));
            case SCORE -> new ByScore(Doubles.End.of(call, low), Doubles.End.of(call, high));
            case NAME -> new ByName(NameEnd.of(call, low), NameEnd.of(call, high));
        };
    }

    /**
     * So many ranks from the first one on, upwards or downwards.
     *
     * @param first counts from 0, the lowest score
     */
    record Ranks(long first, long count, boolean isDown) {
        static Ranks between(long low, long end, boolean isDown) {
            long count = Math.max(0, end - low);
            return new Ranks(isDown ? end - 1 : low, count, isDown);
        }

        /** Without the first {@code offset} ones, and no more than {@code limit}; negative: all. A negative offset leaves none. */
        Ranks limited(long offset, long limit) {
            long left = offset < 0 ? 0 : Math.max(0, count - offset);
            long kept = limit < 0 ? left : Math.min(left, limit);
            return kept == 0 ? new Ranks(0, 0, isDown) : part(offset, kept);
        }

        /** Some of them. */
        Ranks part(long from, long most) {
            return new Ranks(isDown ? first - from : first + from, Math.min(most, count - from), isDown);
        }

        void each(SortedSetAccess scores, ScoreSink sink) {
            if (count == 0) {
                return;
            }
            if (isDown) {
                scores.rangeDown(first, count, sink);
            } else {
                scores.range(first, count, sink);
            }
        }
    }

    /** By rank, negative ones from the end. */
    record ByRank(long from, long to) implements ScoreRange {
        @Override
        public Ranks ranks(SortedSetAccess scores, boolean isReverse) {
            long size = scores.count();
            long first = Math.max(0, from < 0 ? from + size : from);
            long last = Math.min(size - 1, to < 0 ? to + size : to);
            if (first > last) {
                return new Ranks(0, 0, isReverse);
            }
            return isReverse
                    ? Ranks.between(size - 1 - last, size - first, true)
                    : Ranks.between(first, last + 1, false);
        }
    }

    /** By score. */
    record ByScore(Doubles.End low, Doubles.End high) implements ScoreRange {
        @Override
        public Ranks ranks(SortedSetAccess scores, boolean isReverse) {
            long from = scores.below(low.score(), low.isExclusive());
            long end = scores.below(high.score(), !high.isExclusive());
            return Ranks.between(from, end, isReverse);
        }
    }

    /**
     * An end of a range of names.
     *
     * @param name empty where there is no end
     * @param side -1: before all names, 1: behind all, 0: the name
     */
    record NameEnd(Slice name, int side, boolean isExclusive) {
        private static final String NO_NAME = "ERR min or max not valid string range item";

        static NameEnd of(Call call, int word) {
            byte[] text = call.arguments().copy(word);
            int mark = text.length == 0 ? 0 : text[0];
            if (text.length == 1 && (mark == '-' || mark == '+')) {
                return new NameEnd(new Slice(), mark == '-' ? -1 : 1, true);
            }
            if (mark != '(' && mark != '[') {
                throw new Complaint(NO_NAME);
            }
            return new NameEnd(new Slice().set(text, 1, text.length - 1), 0, mark == '(');
        }

        /** How many members are before this end; those of the name itself as well, if {@code orEqual}. */
        long below(SortedSetAccess scores, double score, boolean orEqual) {
            return side < 0 ? 0 : side > 0 ? scores.count() : scores.below(score, name, orEqual);
        }
    }

    /** By name, in a set whose scores are all the same. */
    record ByName(NameEnd low, NameEnd high) implements ScoreRange {
        @Override
        public Ranks ranks(SortedSetAccess scores, boolean isReverse) {
            double[] first = {0};
            scores.range(0, 1, (member, score) -> first[0] = score);
            long from = low.below(scores, first[0], low.isExclusive());
            long end = high.below(scores, first[0], !high.isExclusive());
            return Ranks.between(from, end, isReverse);
        }
    }
}
