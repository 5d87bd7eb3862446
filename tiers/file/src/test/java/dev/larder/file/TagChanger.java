package dev.larder.file;

import dev.larder.bus.TagChange.Kind;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTags;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;

/**
 * A process that invalidates tags until it is killed: {@code TagChanger FOLDER SEED}. It says on its standard output what
 * it was told of each change, as {@code REMOVED t5 READING}; and exits by itself, with an error, as soon as the tier takes
 * one back.
 */
final class TagChanger {
    static final FarCacheOptions CACHE = new FarCacheOptions("things", "tagged", 200_000_000, Ticker.system());
    /** Enough for the table to grow several times. */
    static final int TAGS = 1_000;

    private TagChanger() {}

    public static void main(String[] arguments) {
        FileTier tier = (FileTier) new FileTierFactory()
                .open(
                        TierUri.parse("file:" + arguments[0]),
                        new TierFactory.Context(Ticker.system(), Scheduler.system("tag-changer")));
        FarTags tags =
                Objects.requireNonNull(tier.cache(CACHE, new Hammer.Deaf()).tags());
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        while (true) {
            String tag = "t" + random.nextInt(TAGS);
            Kind kind = random.nextBoolean() ? Kind.REMOVED : Kind.STALE;
            long at = done(tags.change(tag, kind));
            System.out.println(kind + " " + tag + " " + at);
            require(tag, kind, at, done(tags.read(List.of(tag))));
        }
    }

    static void require(String tag, Kind kind, long at, TagReading reading) {
        Moments moments = Objects.requireNonNull(reading.tags().get(tag));
        long noted = kind == Kind.REMOVED ? moments.removedAt() : moments.staleAt();
        if (noted < at || reading.clock() < noted) {
            throw new AssertionError(kind + " of " + tag + " at " + at + " was told, but now it is " + noted
                    + " and the clock at " + reading.clock());
        }
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
