package dev.larder.file;

import static dev.larder.file.Peers.done;
import static dev.larder.file.Peers.failure;
import static dev.larder.file.Peers.lease;
import static dev.larder.file.Peers.read;
import static dev.larder.file.Peers.store;
import static dev.larder.file.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.TierException;
import dev.larder.file.FaultyDisk.Fault;
import dev.larder.file.FileTier.Machine;
import dev.larder.file.Peers.Peer;
import dev.larder.tier.FarRebuild;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, read-only or broken: calls fail, nothing is corrupted, and all is well when it is again. */
class TroubledDiskTest {
    @TempDir
    private Path disk;

    private Path folder;
    private FaultyDisk faulty;
    private Peers peers;
    private Peer peer;

    @BeforeEach
    void open() {
        folder = disk.resolve("shop");
        peers = new Peers(folder);
        Folder root = new Folder(folder);
        faulty = new FaultyDisk(new LocalDisk(root));
        peer = peers.peer(new Machine(faulty, new FolderClock(root), "boot"), 64 << 20);
        store(peer, "k", "old");
    }

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void fullDiskFailsStoresAndStillServesAndRemoves() {
        String token = lease(peer, "new", 60_000);
        faulty.fault = Fault.FULL;

        assertThat(failure(peer.cache().fill("new", token, value("v"))))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("No space left");
        assertThat(read(peer, "k")).isEqualTo("old");
        done(peer.cache().invalidate(List.of("k")));
        assertThat(read(peer, "k")).isNull();
        assertThat(read(peer, "new")).isNull();

        faulty.fault = Fault.NONE;
        assertThat(done(peer.cache().fill("new", token, value("v")))).isTrue();
        assertThat(read(peer, "new")).isEqualTo("v");
    }

    @Test
    void partsLeftByAFullDiskAreNeverRead() {
        String token = lease(peer, "new", 60_000);
        faulty.fault = Fault.FULL_WITH_PARTS;
        failure(peer.cache().fill("new", token, value("v")));
        faulty.fault = Fault.NONE;

        assertThat(read(peer, "new")).isNull();
        assertThat(Disks.temporary(folder)).isNotEmpty();
        store(peer, "another", "v");
        assertThat(read(peer, "another")).isEqualTo("v");
    }

    @Test
    void readOnlyDiskFailsChangesAndNothingIsLost() {
        faulty.fault = Fault.READ_ONLY;

        assertThat(failure(peer.cache().invalidate(List.of("k")))).isInstanceOf(TierException.class);
        assertThat(failure(peer.cache().beginWrite("k", "token", 1_000))).isInstanceOf(TierException.class);
        assertThat(failure(peer.cache().clear())).isInstanceOf(TierException.class);
        assertThat(read(peer, "k")).isEqualTo("old");

        faulty.fault = Fault.NONE;
        done(peer.cache().clear());
        assertThat(read(peer, "k")).isNull();
    }

    @Test
    void brokenDiskFailsReadsAsATierAndRecovers() {
        faulty.fault = Fault.BROKEN;

        assertThat(failure(peer.cache().get("k")))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("file:" + folder)
                .hasMessageContaining("Input/output error");
        assertThat(failure(peer.cache().getAll(List.of("k")))).isInstanceOf(TierException.class);

        faulty.fault = Fault.NONE;
        assertThat(read(peer, "k")).isEqualTo("old");
    }

    @Test
    void writeThatCouldNotBeStoredLeavesNoOldValueForOthers() {
        Peer other = peers.peer(
                new Machine(new LocalDisk(new Folder(folder)), new FolderClock(new Folder(folder)), "boot"), 64 << 20);
        String token = "0123";
        done(peer.cache().beginWrite("k", token, 60_000));
        faulty.fault = Fault.FULL;

        failure(peer.cache().commitWrite("k", token, value("new")));

        assertThat(read(other, "k")).isNull();
    }

    @Test
    void rebuildOnAFullDiskFailsAndLeavesTheOldGeneration() {
        FarRebuild rebuild = done(peer.cache().rebuild());
        done(rebuild.write(Map.of("a", value("row"))));
        faulty.fault = Fault.FULL;

        assertThat(failure(rebuild.write(Map.of("b", value("row"))))).isInstanceOf(TierException.class);
        assertThat(failure(rebuild.commit())).isInstanceOf(TierException.class);
        assertThat(read(peer, "k")).isEqualTo("old");

        faulty.fault = Fault.NONE;
        done(rebuild.abort());
        assertThat(read(peer, "k")).isEqualTo("old");
    }

    @Test
    void messageNeedsNoNewFile() {
        done(peer.cache().publishInvalidated(List.of("first")));
        Peer other = peers.peer(
                new Machine(new LocalDisk(new Folder(folder)), new FolderClock(new Folder(folder)), "boot"), 64 << 20);
        faulty.fault = Fault.FULL;

        done(peer.cache().publishInvalidated(List.of("k")));
        await().atMost(Duration.ofSeconds(15)).until(() -> !other.heard().isEmpty());

        assertThat(other.heard()).containsExactly("key k");
    }
}
