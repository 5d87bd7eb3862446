package dev.larder.file;

import static dev.larder.file.Peers.done;
import static dev.larder.file.Peers.failure;
import static dev.larder.file.Peers.read;
import static dev.larder.file.Peers.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.larder.file.Peers.Peer;
import dev.larder.tier.TierFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders are trusted, what others may see of them, and what becomes of links planted inside. */
class FolderTest {
    @TempDir
    private Path disk;

    private Path folder;
    private Peers peers;

    @BeforeEach
    void open() {
        folder = disk.resolve("shop");
        peers = new Peers(folder);
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private void assertRefused(String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(peers::peer)
                .withMessageContaining(folder.toString())
                .withMessageContaining(reason);
    }

    @Test
    void factoryIsFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(TierFactory.class))
                .anySatisfy(factory -> assertThat(factory.schemes()).containsExactly("file"));
    }

    @Test
    void everythingIsForTheOwnerAlone() throws IOException {
        Peer peer = peers.peer();
        store(peer, "k", "v");
        Peers.lease(peer, "other", 60_000);
        done(peer.cache().publishCleared());

        try (var all = Files.walk(folder)) {
            assertThat(all).allSatisfy(path -> {
                String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                assertThat(rights).as("%s", path).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            });
        }
    }

    @Test
    void linkInThePlaceOfTheFolderIsRefused() throws IOException {
        Files.createDirectory(disk.resolve("victim"));
        Files.createSymbolicLink(folder, disk.resolve("victim"));

        assertRefused("symbolic link");

        assertThat(disk.resolve("victim")).isEmptyDirectory();
    }

    @Test
    void fileInThePlaceOfTheFolderIsRefused() throws IOException {
        Files.writeString(folder, "precious");

        assertRefused("is no folder");

        assertThat(folder).hasContent("precious");
    }

    @Test
    void folderThatOthersMayWriteToIsRefused() throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxr-x"));

        assertRefused("chmod go-w");
    }

    @Test
    void folderOfAnotherUserIsRefused() throws IOException {
        Files.createDirectory(folder);
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid")), "only root can give a folder away");
        Files.setAttribute(folder, "unix:uid", 12_345);

        assertRefused("belongs to user '12345'");
    }

    @Test
    void folderThatBecameALinkIsRefusedByTheNextStep() throws IOException {
        Peer peer = peers.peer();
        store(peer, "k", "v");
        Files.move(folder, disk.resolve("moved"));
        Files.createDirectory(disk.resolve("victim"));
        Files.createSymbolicLink(folder, disk.resolve("victim"));

        assertThat(failure(peer.cache().get("k"))).hasMessageContaining("symbolic link");
        assertThat(failure(peer.cache().beginWrite("k", "token", 1_000))).hasMessageContaining("symbolic link");
        assertThat(failure(peer.tier().ping())).hasMessageContaining("symbolic link");

        assertThat(disk.resolve("victim")).isEmptyDirectory();
    }

    @Test
    void linkInThePlaceOfAValueIsNeitherReadNorWrittenThrough() throws IOException {
        Peer peer = peers.peer();
        store(peer, "k", "v");
        Path file = Disks.values(folder).get(0);
        Path precious = Files.copy(file, disk.resolve("precious"));
        Files.delete(file);
        Files.createSymbolicLink(file, precious);

        assertThat(read(peer, "k")).isEqualTo("unreadable");
        store(peer, "k", "new");

        assertThat(read(peer, "k")).isEqualTo("new");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(precious).exists();
    }

    @Test
    void linkInThePlaceOfALeaseIsNotWrittenThrough() throws IOException {
        Peer peer = peers.peer();
        Peers.lease(peer, "k", 60_000);
        Path file = Disks.leases(folder).get(0);
        Path precious = Files.writeString(disk.resolve("precious"), "precious");
        Files.delete(file);
        Files.createSymbolicLink(file, precious);

        Peers.lease(peer, "k", 60_000);

        assertThat(precious).hasContent("precious");
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void linkInThePlaceOfAFolderInsideIsRefused() throws IOException {
        Peer one = peers.peer();
        store(one, "k", "v");
        Path generation = Disks.values(folder).get(0).resolve("../../..").normalize();
        Files.move(generation, disk.resolve("moved"));
        Files.createSymbolicLink(generation, disk.resolve("moved"));

        Peer next = peers.peer();

        assertThat(failure(next.cache().get("k"))).hasMessageContaining("symbolic link");
        assertThat(failure(next.cache().beginWrite("k", "token", 1_000))).hasMessageContaining("symbolic link");
    }

    @Test
    void linkInThePlaceOfTheLockFileIsRefused() throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path precious = Files.writeString(disk.resolve("precious"), "precious");
        Files.createSymbolicLink(folder.resolve(Names.LOCK), precious);

        Peer peer = peers.peer();

        assertThat(failure(peer.cache().get("k"))).hasMessageContaining("symbolic link");
        assertThat(precious).hasContent("precious");
    }

    @Test
    void linkInThePlaceOfTheBusIsReplacedAndNotFollowed() throws IOException {
        Peer one = peers.peer();
        done(one.cache().publishCleared());
        Path bus = Disks.named(folder, Names.BUS);
        Path precious = Files.writeString(disk.resolve("precious"), "precious");
        Files.delete(bus);
        Files.createSymbolicLink(bus, precious);

        done(one.cache().publishCleared());

        assertThat(precious).hasContent("precious");
        assertThat(Files.isSymbolicLink(bus)).isFalse();
    }
}
