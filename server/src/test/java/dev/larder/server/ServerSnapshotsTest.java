package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.larder.server.config.SettingsException;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Loading;
import dev.larder.server.store.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots as a server's users see them. */
class ServerSnapshotsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<String> READS = List.of(
            "GET k",
            "STRLEN k",
            "MGET k",
            "GETRANGE k 0 1",
            "LCS k k",
            "GETBIT k 1",
            "BITCOUNT k",
            "EXISTS k",
            "TOUCH k",
            "TYPE k",
            "TTL k",
            "PEXPIRETIME k",
            "OBJECT ENCODING k",
            "MEMORY USAGE k",
            "WATCH k",
            "HGET k f",
            "HGETALL k",
            "HMGET k f g",
            "HSCAN k 0",
            "HRANDFIELD k",
            "HTTL k FIELDS 1 f");

    @TempDir
    private Path folder;

    private LarderServer start(String... directives) {
        ServerOptions options = ServerOptions.standard()
                .with("port", "0")
                .with("enable-debug-command", "yes")
                .with("dir", folder.toString());
        for (int i = 0; i < directives.length; i += 2) {
            options = options.with(directives[i], directives[i + 1].split(" "));
        }
        return LarderServer.start(options);
    }

    private Path file() {
        return folder.resolve("dump.larder");
    }

    /** A folder where the new file is to be written, so that no save can succeed. */
    private Path obstacle() throws IOException {
        return Files.createDirectories(folder.resolve("dump.larder.new").resolve("full"));
    }

    private void clear(Path obstacle) throws IOException {
        Files.delete(obstacle);
        Files.delete(folder.resolve("dump.larder.new"));
    }

    private static String info(Wire wire, String name) throws IOException {
        String text = wire.ask("INFO", "persistence");
        int at = text.indexOf("\n" + name + ":") + name.length() + 2;
        return text.substring(at, text.indexOf('\r', at));
    }

    private static void awaitInfo(Wire wire, String name, String value) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(info(wire, name)).isEqualTo(value));
    }

    @Test
    void whatWasSavedIsThereAfterTheRestart() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            wire.ask("SET", "text", "x".repeat(100_000), "EX", "1000");
            wire.ask("HSET", "hash", "a", "1", "b", "2");
            wire.ask("SELECT", "3");
            wire.ask("SET", "number", "17");
            assertThat(info(wire, "rdb_changes_since_last_save")).isNotEqualTo("0");
            assertThat(wire.ask("SAVE")).isEqualTo("+OK");
            assertThat(info(wire, "rdb_changes_since_last_save")).isEqualTo("0");
            wire.ask("SET", "late", "lost");
        }
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            awaitInfo(wire, "rdb_last_load_keys_loaded", "3");
            awaitInfo(wire, "async_loading", "0");
            assertThat(info(wire, "rdb_changes_since_last_save")).isEqualTo("0");
            assertThat(wire.ask("STRLEN", "text")).isEqualTo(":100000");
            assertThat(wire.ask("TTL", "text")).matches(":9\\d\\d|:1000");
            assertThat(wire.ask("HGET", "hash", "b")).isEqualTo("$2");
            assertThat(wire.ask("SELECT", "3")).isEqualTo("+OK");
            assertThat(wire.ask("GET", "number")).isEqualTo("$17");
            assertThat(wire.ask("EXISTS", "late")).isEqualTo(":0");
        }
    }

    @Test
    void reloadKeepsWhatIsThere() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            wire.ask("SET", "a", "1");
            wire.ask("HSET", "h", "f", "v");

            assertThat(wire.ask("DEBUG", "RELOAD")).isEqualTo("+OK");

            assertThat(wire.ask("MGET", "a")).isEqualTo("ARRAY[$1]");
            assertThat(wire.ask("HGETALL", "h")).isEqualTo("ARRAY[$f, $v]");
            assertThat(wire.ask("MULTI")).isEqualTo("+OK");
            assertThat(wire.ask("SAVE")).isEqualTo("-ERR Command not allowed inside a transaction");
        }
    }

    @Test
    void savePointSavesByItself() throws IOException {
        try (LarderServer server = start("save", "1 3");
                Wire wire = new Wire(server.port())) {
            String before = wire.ask("LASTSAVE");
            wire.ask("MSET", "a", "1", "b", "2", "c", "3");
            awaitInfo(wire, "rdb_saves", "1");
            assertThat(file()).exists();
            assertThat(wire.ask("LASTSAVE")).isGreaterThan(before);
            wire.ask("CONFIG", "SET", "save", "");
            assertThat(wire.ask("CONFIG", "GET", "save")).isEqualTo("ARRAY[$save, $]");
        }
    }

    @Test
    void writesAreRefusedWhileTheyCouldNotBeSaved() throws IOException {
        Path obstacle = obstacle();
        try (LarderServer server = start("save", "3600 1");
                Wire wire = new Wire(server.port())) {
            wire.ask("SET", "a", "1");
            assertThat(wire.ask("SAVE")).startsWith("-ERR DirectoryNotEmpty");
            assertThat(info(wire, "rdb_last_bgsave_status")).isEqualTo("err");
            assertThat(wire.ask("SET", "a", "2")).startsWith("-MISCONF ");
            assertThat(wire.ask("GET", "a")).isEqualTo("$1");
            wire.ask("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
            assertThat(wire.ask("SET", "a", "3")).isEqualTo("+OK");
            wire.ask("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes");
            assertThat(wire.ask("DEL", "a")).startsWith("-MISCONF ");

            clear(obstacle);

            assertThat(wire.ask("BGSAVE")).isEqualTo("+Background saving started");
            awaitInfo(wire, "rdb_last_bgsave_status", "ok");
            assertThat(wire.ask("SET", "a", "4")).isEqualTo("+OK");
        }
    }

    @Test
    void cacheWithoutSavePointsTakesWritesWhateverTheDiskDoes() throws IOException {
        obstacle();
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            wire.ask("SAVE");
            assertThat(info(wire, "rdb_last_bgsave_status")).isEqualTo("err");
            assertThat(wire.ask("SET", "a", "1")).isEqualTo("+OK");
        }
    }

    @Test
    void foreignFileIsNeitherReadNorWrittenOver() throws IOException {
        Files.writeString(file(), "a diary");
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            awaitInfo(wire, "async_loading", "0");
            assertThat(wire.ask("DBSIZE")).isEqualTo(":0");
            assertThat(wire.ask("SAVE")).contains("is no snapshot of Larder's, and is not written over");
        }
        assertThat(file()).hasContent("a diary");
    }

    @Test
    void fileThatWasCutOffIsReplacedByTheNextSave() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            wire.ask("SET", "a", "1");
            wire.ask("SAVE");
        }
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, whole.length - 1));
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            awaitInfo(wire, "async_loading", "0");
            assertThat(wire.ask("DBSIZE")).isEqualTo(":0");
            wire.ask("SET", "b", "1");
            assertThat(wire.ask("SAVE")).isEqualTo("+OK");
        }
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            awaitInfo(wire, "rdb_last_load_keys_loaded", "1");
        }
    }

    @Test
    void shutdownSavesWhereThatIsAskedFor() throws IOException {
        try (LarderServer server = start("save", "3600 1");
                Wire wire = new Wire(server.port())) {
            wire.ask("SET", "a", "1");
            assertThat(wire.ask("SHUTDOWN")).isEqualTo("closed");
            server.awaitEnd();
        }
        assertThat(file()).exists();
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            awaitInfo(wire, "rdb_last_load_keys_loaded", "1");
            Files.delete(file());
            assertThat(wire.ask("SHUTDOWN")).isEqualTo("closed");
            server.awaitEnd();
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void shutdownThatCannotSaveIsRefusedUnlessForced() throws IOException {
        obstacle();
        try (LarderServer server = start("save", "3600 1", "stop-writes-on-bgsave-error", "no");
                Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("SHUTDOWN", "ABORT")).isEqualTo("-ERR No shutdown in progress.");
            assertThat(wire.ask("SHUTDOWN", "SAVE", "NOSAVE")).isEqualTo("-ERR syntax error");
            assertThat(wire.ask("SHUTDOWN")).isEqualTo("-ERR Errors trying to SHUTDOWN. Check logs.");
            assertThat(wire.ask("SET", "a", "1")).isEqualTo("+OK");
            assertThat(wire.ask("SHUTDOWN", "NOW", "FORCE")).isEqualTo("closed");
            server.awaitEnd();
        }
    }

    @Test
    void endingSavesWhereSaveIsSetAndSaysWhereItCannot() throws IOException {
        try (LarderServer server = start("save", "3600 1")) {
            assertThat(server.end()).isTrue();
            assertThat(file()).exists();
        }
        Files.delete(file());
        try (LarderServer server = start()) {
            assertThat(server.end()).isTrue();
            assertThat(file()).doesNotExist();
        }
        obstacle();
        try (LarderServer server = start("save", "3600 1")) {
            assertThat(server.end()).isFalse();
        }
    }

    @Test
    void keyThatIsOnlyLookedAtStillComesIn() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port());
                Loading loading = server.store().load()) {
            for (String command : READS) {
                assertThat(wire.ask(command.split(" "))).as(command).doesNotStartWith("-");

                Entry entry = server.store().entry();
                assertThat(loading.open(0, Slice.of("k"), entry)).as(command).isTrue();
                entry.close();
            }
        }
    }

    @Test
    void keyThatWasToBeChangedComesInNoMore() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port());
                Loading loading = server.store().load()) {
            wire.ask("GETDEL", "k");
            wire.ask("EXPIRE", "l", "10");
            assertThat(loading.open(0, Slice.of("k"), server.store().entry())).isFalse();
            assertThat(loading.open(0, Slice.of("l"), server.store().entry())).isFalse();
            assertThat(wire.ask("SAVE")).isEqualTo("-ERR a snapshot must not be saved while one is loaded");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dir /nowhere", "dbfilename a/b", "save 60", "save x 1", "save 0 1"})
    void settingThatCannotBeIsRefused(String directive) {
        String[] words = directive.split(" ", 2);
        assertThatThrownBy(() -> start(words[0], words[1]).close())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(words[0]);
    }

    @Test
    void savePointsOfAFileAddUpAndTheCommandLineGoesBefore() throws IOException {
        Path config = folder.resolve("larder.conf");
        Files.writeString(config, "save 900 1\nsave 300 10\ndbfilename dump.rdb\ndir " + folder + "\nport 0\n");
        try (LarderServer server = LarderServer.start(ServerOptions.parse(List.of(config.toString())));
                Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("CONFIG", "GET", "save")).isEqualTo("ARRAY[$save, $900 1 300 10]");
            wire.ask("SAVE");
            assertThat(file()).exists();
            assertThat(folder.resolve("dump.rdb")).doesNotExist();
        }
        List<String> line = List.of(config.toString(), "--save", "60", "5");
        try (LarderServer server = LarderServer.start(ServerOptions.parse(line));
                Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("CONFIG", "GET", "save")).isEqualTo("ARRAY[$save, $60 5]");
        }
    }
}
