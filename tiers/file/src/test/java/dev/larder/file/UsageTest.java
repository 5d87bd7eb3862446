package dev.larder.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.testkit.Threads;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The account of what the folder takes up. */
class UsageTest {
    private static final long MAX_BYTES = 1 << 20;

    @TempDir
    private Path disk;

    private Usage usage() {
        Folder folder = new Folder(disk);
        return new Usage(disk, new LocalDisk(folder), Locks.of(folder), MAX_BYTES);
    }

    @Test
    void fileCountsAsTheBlocksItFillsAndAsOneIfItIsEmpty() {
        assertThat(Usage.allocated(0)).isEqualTo(4_096);
        assertThat(Usage.allocated(1)).isEqualTo(4_096);
        assertThat(Usage.allocated(4_096)).isEqualTo(4_096);
        assertThat(Usage.allocated(4_097)).isEqualTo(8_192);
    }

    @Test
    void nothingIsLostOrCountedTwiceHoweverManyThreadsKeepIt() {
        Usage one = usage();
        Usage two = usage();

        Threads.run(6, number -> {
            Usage mine = number % 2 == 0 ? one : two;
            for (int i = 0; i < 2_000; i++) {
                mine.added(1);
                if (i % 2 == 0) {
                    mine.removed(1);
                }
            }
        });
        one.bring();
        two.bring();

        assertThat(two.bytes()).isEqualTo(6L * 1_000 * Usage.BLOCK);
    }

    @Test
    void whatIsBroughtWhileTheFolderIsCountedIsNotLost() throws IOException {
        Usage sweeping = usage();
        Usage storing = usage();
        sweeping.bring();
        long before = sweeping.sharedBytes();
        storing.added(100_000);
        storing.bring();

        sweeping.count(500_000, before);

        assertThat(sweeping.bytes()).isEqualTo(500_000 + Usage.allocated(100_000));
        assertThat(sweeping.isCounted()).isTrue();
    }

    @Test
    void roomIsRefusedByEveryProcessBeforeTheBoundIsPassed() {
        Usage one = usage();
        Usage two = usage();

        while (one.hasRoomFor(10_000)) {
            one.added(10_000);
        }
        one.bring();
        two.bring(); // as its sweeper does every second

        assertThat(two.hasRoomFor(10_000)).isFalse();
        assertThat(two.bytes()).isBetween(MAX_BYTES / 10 * 9, MAX_BYTES);
    }
}
