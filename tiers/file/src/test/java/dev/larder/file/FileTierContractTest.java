package dev.larder.file;

import dev.larder.testkit.TierContract;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What every tier must do, done by the file tier on a real disk. */
class FileTierContractTest extends TierContract {
    private static final Scheduler SCHEDULER = Scheduler.system("contract-scheduler");

    @TempDir
    private static Path disk;

    @Override
    protected FarTier openTier() {
        TierUri uri = TierUri.parse("file:" + disk.resolve("shop"));
        return new FileTierFactory().open(uri, new TierFactory.Context(ticker(), SCHEDULER));
    }
}
