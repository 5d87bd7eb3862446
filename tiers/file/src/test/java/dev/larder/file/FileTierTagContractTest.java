package dev.larder.file;

import dev.larder.testkit.TierTagContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** What every tier that keeps tags must do, done by the file tier on a real disk. */
class FileTierTagContractTest extends TierTagContract {
    private static final Scheduler SCHEDULER = Scheduler.system("contract-scheduler");

    private static final List<FileTier> OPENED = new ArrayList<>();

    @TempDir
    private static Path disk;

    @Override
    protected FarTier openTier() {
        TierUri uri = TierUri.parse("file:" + disk.resolve("shop"));
        FileTier tier = (FileTier) new FileTierFactory().open(uri, new TierFactory.Context(ticker(), SCHEDULER));
        OPENED.add(tier);
        return tier;
    }

    /** So that nobody works in the folder when it is removed. */
    @AfterAll
    static void awaitEnd() {
        OPENED.forEach(tier -> Peers.done(tier.ended()));
    }
}
