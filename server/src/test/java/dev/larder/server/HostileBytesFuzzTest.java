package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.server.config.SettingsException;
import dev.larder.server.store.StoreChecks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bytes that Jazzer has found, sent to a whole server at either port, and as rules and settings; {@code JAZZER_FUZZ=1} looks
 * for more. Whatever comes is answered or refused, the server goes on, and its store is sound.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileBytesFuzzTest {
    /** What would end the test, or have it wait. Scripts and rules have tests of their own. */
    private static final String FUZZER =
            "on nopass ~* &* +@all -shutdown -config -acl -debug -save -bgsave -client|pause"
                    + " -client|kill -client|unblock -eval -evalsha -eval_ro -evalsha_ro -script -flushall -swapdb";

    private static final byte[] LOG_IN = Wire.latin("AUTH fuzzer x\r\n");
    private static final int MOST_RULES = 50;

    @TempDir
    static Path folder;

    private LarderServer server;
    private Wire control;

    @BeforeAll
    void start() throws IOException {
        server = LarderServer.start(ServerOptions.standard()
                .with("port", "0")
                .with("memcached-port", "-1")
                .with("io-threads", "1")
                .with("maxmemory", "32mb")
                .with("dir", folder.toString()));
        control = new Wire(server.port());
        List<String> rules = new ArrayList<>(List.of("ACL", "SETUSER", "fuzzer"));
        rules.addAll(List.of(FUZZER.split(" ")));
        assertThat(control.ask(rules.toArray(String[]::new))).isEqualTo("+OK");
    }

    @AfterAll
    void stop() throws IOException {
        control.close();
        server.close();
    }

    @FuzzTest(maxDuration = "3m")
    void bytesForRedisAreAnsweredOrRefused(byte[] data) throws IOException {
        assertThat(said(server.port(), LOG_IN, data)).doesNotContain("internal error");
        isSound();
    }

    @FuzzTest(maxDuration = "2m")
    void bytesForMemcachedAreAnsweredOrRefused(byte[] data) throws IOException {
        assertThat(said(server.memcachedPort(), data)).doesNotContain("internal error");
        isSound();
    }

    /** All that is answered until the server hangs up: it has been told that nothing more comes. */
    @SuppressWarnings("try") // a permission is held, not used
    private static String said(int port, byte[]... pieces) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        // Jazzer takes connections for attacks, unless it is told within a run that they are meant.
        try (SilentCloseable meant = BugDetectors.allowNetworkConnections((host, its) -> its == port);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(60));
            socket.setSoLinger(true, 0); // so that no port is kept for those that are late
            try {
                for (byte[] piece : pieces) {
                    socket.getOutputStream().write(piece);
                }
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                in.transferTo(said);
            } catch (SocketException hungUp) {
                // it need not listen to the end
            }
        }
        return said.toString(StandardCharsets.ISO_8859_1);
    }

    private void isSound() throws IOException {
        assertThat(control.ask("PING")).isEqualTo("+PONG");
        StoreChecks.check(server.store());
        assertThat(control.ask("FLUSHALL")).isEqualTo("+OK");
    }

    /** Rules with blanks between. What a user has become says of itself in rules that make the same user. */
    @FuzzTest(maxDuration = "1m")
    void rulesAreAppliedOrRefused(byte[] data) throws IOException {
        List<String> rules = Arrays.asList(new String(data, StandardCharsets.ISO_8859_1).split(" ", MOST_RULES));
        control.ask("ACL", "DELUSER", "one", "two");
        String reply = setUser("one", rules);
        if (!reply.equals("+OK")) {
            assertThat(reply).matches("(?s)-ERR (Error in ACL SETUSER modifier|Unmatched parenthesis).*");
            return;
        }
        String line = line("one");
        assertThat(setUser("two", List.of(line.split(" ")))).isEqualTo("+OK");
        assertThat(line("two")).isEqualTo(line);
        assertThat(control.ask("ACL", "GETUSER", "one")).startsWith("ARRAY");
        assertThat(control.ask("ACL", "DRYRUN", "one", "GET", "key")).matches("(?s)(\\+OK|\\$).*");
    }

    private String setUser(String name, List<String> rules) throws IOException {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", name));
        words.addAll(rules);
        return control.ask(words.toArray(String[]::new));
    }

    private String line(String name) throws IOException {
        String begin = "$user " + name + " ";
        return control.elements("ACL", "LIST").stream()
                .map(Wire::shown)
                .filter(each -> each.startsWith(begin))
                .findFirst()
                .orElseThrow()
                .substring(begin.length());
    }

    @FuzzTest(maxDuration = "1m")
    void settingsAreTakenOrRefused(byte[] data) throws IOException {
        Path file = Files.write(folder.resolve("fuzzed.conf"), data);
        try {
            assertThat(ServerOptions.parse(List.of(file.toString())).warnings()).isNotNull();
        } catch (SettingsException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
