package dev.larder.server.advice;

import dev.larder.server.store.ExpiryForecast;
import java.util.List;
import java.util.Locale;

/**
 * What a server says of its load, and what to do about it. Immutable.
 *
 * @param sentence what to do: scale up, out, or keep
 * @param reads reads that it is drawn from; older ones count in part
 * @param hitRatios how many reads would hit with the {@link #SHARES} of the memory, from 0 to 1; NaN if nothing is known
 * @param hot the keys that are used most
 * @param written those of them that are written more than read
 * @param stormSecond in how many seconds very many keys expire at once; -1 if they do not
 * @param forecast what expires soon
 */
public record Advice(
        String sentence,
        double reads,
        List<Double> hitRatios,
        List<Used> hot,
        List<Used> written,
        int stormSecond,
        ExpiryForecast forecast) {

    /** The amounts of memory that hit ratios are given for, in terms of what there is. */
    public static final List<Double> SHARES = List.of(0.25, 0.5, 1.0, 2.0, 4.0);

    /** The place of half of the memory in {@link #SHARES}; all and twice of it are next. */
    public static final int HALF = 1;

    private static final int SHOWN_KEYS = 10;
    private static final int LEAST_READS = 10_000;
    private static final int LEAST_SAMPLED = 100;
    private static final int LEAST_USES = 100;
    private static final double HOT = 0.01;
    private static final double BUSY = 0.8;
    private static final double MUCH = 0.02;
    private static final double LITTLE = 0.005;
    private static final double STORM_SHARE = 0.05;
    private static final double STORM_TIMES = 5;

    /**
     * A key that is used much.
     *
     * @param key its bytes, 256 at most
     * @param share of all uses of keys, from 0 to 1
     * @param writes share of its uses that are writes, from 0 to 1
     */
    @SuppressWarnings("ArrayRecordComponent") // to be shown
    public record Used(byte[] key, double share, double writes) {}

    static Advice of(Situation situation, MissRatioCurve curve, List<HotKeys.Hot> hottest, int uses) {
        List<Double> ratios = SHARES.stream()
                .map(share -> 1 - curve.missRatio(situation.room() * share))
                .toList();
        boolean isKnown = curve.reads() >= LEAST_READS && curve.sampled() >= LEAST_SAMPLED;
        List<Used> used = hottest.stream()
                .filter(each -> uses >= LEAST_USES && each.share() >= HOT)
                .limit(SHOWN_KEYS)
                .map(each -> new Used(each.key(), each.share(), each.writes()))
                .toList();
        return new Advice(
                sentence(situation, isKnown ? ratios : List.of()),
                curve.reads(),
                ratios,
                used,
                used.stream().filter(each -> each.writes() > 0.5).toList(),
                storm(situation.forecast()),
                situation.forecast());
    }

    /** One plain sentence. {@code ratios} is empty where too little is known. */
    static String sentence(Situation situation, List<Double> ratios) {
        if (situation.processorShare() >= BUSY) {
            return "Scale out: the processors are busy for " + percent(situation.processorShare())
                    + " of the time, and more memory would not change that.";
        }
        if (ratios.isEmpty()) {
            return "Keep it as it is: too little was read so far to say more.";
        }
        double half = ratios.get(HALF);
        double now = ratios.get(HALF + 1);
        double twice = ratios.get(HALF + 2);
        if (!situation.isBounded()) {
            return "Keep it, and set maxmemory: all there is stays, which hits " + percent(now)
                    + ", and half of it would hit " + percent(half) + ".";
        }
        if (twice - now >= MUCH) {
            return "Scale up: with twice the memory " + percent(twice) + " of reads would hit, instead of "
                    + percent(now) + ".";
        }
        if (now - half < LITTLE) {
            return "Keep it, or give half of the memory back: " + percent(half) + " of reads would still hit, now "
                    + percent(now) + ".";
        }
        return "Keep it: twice the memory would raise hits from " + percent(now) + " to no more than " + percent(twice)
                + ".";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** The second in which far more expire than in others. */
    private static int storm(ExpiryForecast forecast) {
        double mean = forecast.within(ExpiryForecast.SECONDS) / ExpiryForecast.SECONDS;
        int worst = 0;
        for (int i = 1; i < ExpiryForecast.SECONDS; i++) {
            worst = forecast.bySecond()[i] > forecast.bySecond()[worst] ? i : worst;
        }
        double most = forecast.bySecond()[worst];
        return most > STORM_TIMES * mean && most > STORM_SHARE * forecast.keys() ? worst : -1;
    }
}
