package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users and their rules: the same words, and the same refusals, as those of a real Redis 7.0. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AclDifferentialTest {
    private RealRedis redis;
    private LarderServer server;

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        server = LarderServer.start(ServerOptions.standard()
                .with("port", "0")
                .with("maxmemory", "64mb")
                .with("redis-version", "7.0.15"));
    }

    @AfterAll
    void stop() {
        redis.close();
        server.close();
    }

    /** Bars stand between requests, a plus sign in braces for a bar in a rule. */
    private static List<String> answers(int port, String requests) throws IOException {
        try (Wire wire = new Wire(port);
                Wire ruler = new Wire(port)) {
            for (String user : List.of("a", "b", "c", "d")) {
                ruler.ask("ACL", "DELUSER", user);
            }
            ruler.ask("ACL", "LOG", "RESET");
            ruler.ask("FLUSHALL");
            List<String> all = new ArrayList<>();
            for (String request : requests.split("\\|")) {
                String[] words = Arrays.stream(request.strip().split(" "))
                        .map(word -> word.replace("{+}", "|").replace("_", " "))
                        .toArray(String[]::new);
                boolean isRule = words[0].equals("acl") && !words[words.length - 1].equals("whoami");
                all.add(sorted((isRule ? ruler : wire).ask(words))
                        .replaceAll("\\$age-seconds, \\$?[0-9.e-]+", "age")
                        .replaceAll("\\$id=[^,\\]]*", "client")
                        .replaceAll("^:\\d\\d+$|\\$id, :\\d+", "id")
                        .replace(", $sanitize-payload", "")
                        .replaceAll(" near '.*'$", ""));
            }
            return all;
        }
    }

    /** Rules of commands in an order that does not depend on who keeps them how. */
    private static String sorted(String reply) {
        return Pattern.compile("([+-]@all)((?: [+-][^ ,)\\]]+)+)")
                .matcher(reply)
                .replaceAll(found -> found.group(1)
                        + Arrays.stream(found.group(2).split(" ")).sorted().collect(Collectors.joining(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acl whoami|acl list|acl users|acl getuser default|acl getuser nope",
                "acl setuser a|acl list|acl getuser a",
                "acl setuser b on >pw ~k:* %R~r:* %W~w:* &ch* +@all -@dangerous (+get_~sel:*)|acl list|acl getuser b",
                "acl setuser c on nopass +get +set ~* allchannels|acl getuser c|acl list",
                "acl setuser c x|acl setuser c +nope|acl setuser c +client{+}nope|acl setuser c +@nope|acl users",
                "acl setuser c <zz|acl setuser c #zz|acl setuser c !zz|acl setuser c ~*|acl setuser c ~a|acl setuser c"
                        + " &*|acl setuser c &a",
                "acl setuser c (+get|acl setuser a_b on|acl setuser c %X~k|acl setuser c %~k|acl setuser c ~a_b",
                "acl setuser c on  +get|acl getuser c|acl setuser c (|acl setuser c )|acl setuser c ()|acl getuser c",
                "acl setuser c >a >b <a|acl getuser c|acl setuser c resetpass|acl getuser c|acl setuser c >x"
                        + " nopass|acl getuser c",
                "acl setuser c on +get ~* &*|acl setuser c reset|acl getuser c",
                "acl setuser c (+get_~a) (+set_~b)|acl getuser c|acl setuser c clearselectors|acl getuser c",
                "acl setuser c +get +set -get|acl getuser c|acl setuser c allcommands|acl getuser c|acl setuser c"
                        + " nocommands|acl getuser c",
                "acl setuser c ~a ~b ~a %R~a|acl getuser c|acl setuser c resetkeys|acl getuser c",
                "acl deluser default|acl deluser nope|acl setuser a|acl deluser a nope",
                "acl cat nope|acl cat x y|acl genpass 0|acl genpass x|acl genpass 5000|acl genpass 1 2",
                "acl setuser c on nopass +get +set ~*|acl dryrun c get x|acl dryrun c del x|acl dryrun nope get x|acl"
                        + " dryrun c nope|acl dryrun c get",
                "acl setuser b on ~k:* %R~r:* %W~w:* &ch* +@all|acl dryrun b get x|acl dryrun b get r:x|acl dryrun b"
                        + " set r:x 1|acl dryrun b publish foo 1|acl dryrun b set w:1 1|acl dryrun b set w:1 1 get|acl"
                        + " dryrun b get w:1|acl dryrun b append w:1 x|acl dryrun b append r:1 x|acl dryrun b exists r:1"
                        + " w:1|acl dryrun b mset w:1 x w:2 y|acl dryrun b copy r:1 w:1|acl dryrun b copy w:1 r:1|acl"
                        + " dryrun b psubscribe ch*|acl dryrun b psubscribe ch1",
                "acl save|acl load|acl log|acl log x|acl log reset|acl|acl nope",
                "acl setuser d on nopass +get +set +multi +exec +eval +publish +subscribe +psubscribe +hello ~k*"
                        + " &c*|auth d x|get k1|get z|del k|publish x y|publish c y|subscribe x|multi|del k|get"
                        + " z|exec|multi|get k1|exec|client id|nope|get|auth d2 x|auth default x|acl whoami|acl log",
                "acl setuser d on nopass +@all -client +client{+}id ~* &*|auth d x|client id|client list|client"
                        + " getname|acl dryrun d client list",
                "acl setuser d on nopass +@read ~*|auth d x|get a|set a b|ping|acl whoami|auth default x",
                "acl setuser d on nopass +@all ~* &*|auth d x|acl setuser d -get|get a|acl setuser d +get|get a",
                "acl setuser d on nopass +@all ~* &*|auth d x|multi|set k 1|get k|publish c m|ping|acl setuser d -set"
                        + " resetkeys ~z resetchannels|exec|acl log 3|exists k|multi|get z|acl setuser d +set|exec",
                "acl setuser d off nopass +@all|auth d x|acl setuser d on|auth d x|acl whoami",
                "acl setuser d on >secret +@all ~* &*|auth d wrong|auth d secret|acl whoami|hello 3 auth d nope|hello"
                        + " 3 auth d secret|acl whoami|reset|acl whoami",
                "acl setuser d on nopass +select{+}0 +acl|auth d x|select 0|select 1|acl getuser d",
                "acl setuser d on nopass +@all (+get_~a*) ~b* &*|auth d x|set b1 1|set a1 1|get a1|get c1",
                "acl setuser d on nopass +@all ~k* &*|auth d x|eval return_redis.call('get','z') 0|eval"
                        + " return_redis.call('get','k') 0|acl setuser d -set|eval return_redis.call('set','k','v') 0|eval"
                        + " return_redis.pcall('set','k','v').err 0|eval"
                        + " return_redis['acl'..string.char(95)..'check'..string.char(95)..'cmd']('set','k','v') 0|eval"
                        + " return_redis['acl'..string.char(95)..'check'..string.char(95)..'cmd']('get','k') 0|acl log 1",
                "acl setuser d on nopass +@all ~* resetchannels|auth d x|eval return_redis.call('publish','z','y')"
                        + " 0|spublish x y|ssubscribe x"
            })
    void usersAndRulesAreAsInRedis(String requests) throws IOException {
        assertThat(answers(server.port(), requests)).as(requests).isEqualTo(answers(redis.port(), requests));
    }

    @Test
    void categoriesHaveTheSameCommands() throws IOException {
        try (Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            assertThat(ours.ask("ACL", "CAT")).isEqualTo(theirs.ask("ACL", "CAT"));
        }
    }

    @Test
    void aUserThatIsRemovedIsHungUpOn() throws IOException {
        try (Wire user = new Wire(server.port());
                Wire ruler = new Wire(server.port())) {
            ruler.ask("ACL", "SETUSER", "a", "on", "nopass", "+@all", "~*", "&*");
            user.ask("AUTH", "a", "x");

            ruler.ask("ACL", "DELUSER", "a");

            assertThat(user.ask("PING")).isEqualTo("closed");
        }
    }

    /** As by Redis from 7.2 on. */
    @Test
    void whoHasLostTheRightToWhatHeWaitsForGetsNothing() throws IOException {
        try (Wire user = new Wire(server.port());
                Wire ruler = new Wire(server.port())) {
            ruler.ask("ACL", "SETUSER", "w", "on", "nopass", "+@all", "~*", "&*");
            user.ask("AUTH", "w", "x");
            user.send(Wire.request("BLPOP", "queue", "0"));
            await().until(() -> ruler.ask("INFO", "clients").contains("blocked_clients:1\r"));
            ruler.ask("ACL", "SETUSER", "w", "resetkeys", "~other");

            ruler.ask("RPUSH", "queue", "secret");

            assertThat(user.reply())
                    .isEqualTo("-NOPERM this user has no permissions to access one of the keys used as arguments");
            assertThat(ruler.ask("INFO", "clients")).contains("blocked_clients:0\r");
            assertThat(ruler.ask("LPOP", "queue")).isEqualTo("$secret");
            ruler.ask("ACL", "DELUSER", "w");
        }
    }

    /** Before the first bar rules of a user, then what it listens to, then a change; channels are x and y. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "&x &y | subscribe x y | resetchannels &x",
                "&x &y | subscribe x | resetchannels &x",
                "&x &y | subscribe x | resetchannels",
                "&* | subscribe x | resetchannels &x*",
                "&* | subscribe x | &*",
                "&x* | psubscribe x* | resetchannels &x*",
                "&x* | psubscribe x* | resetchannels &x",
                "&* | psubscribe x* | resetchannels &*x*",
                "&x | ssubscribe x | resetchannels &y",
                "&x | ssubscribe x | &y",
                "&x | subscribe x | reset on nopass +@all",
                "&x (&y +@all ~*) | subscribe y | clearselectors",
                "&x (&y +@all ~*) | subscribe y | -@all",
                "&x | subscribe x | off"
            })
    void whoeverListensToWhatHeMayNoLongerHearIsHungUpOn(String scene) throws IOException {
        String[] parts = scene.split(" \\| ");
        assertThat(heard(server.port(), parts)).isEqualTo(heard(redis.port(), parts));
    }

    private static List<String> heard(int port, String... parts) throws IOException {
        try (Wire ruler = new Wire(port);
                Wire listener = new Wire(port)) {
            ruler.ask("ACL", "DELUSER", "a");
            ruler.ask(("ACL SETUSER a on nopass +@all " + parts[0]).split(" (?![^(]*\\))"));
            List<String> heard = new ArrayList<>();
            heard.add(listener.ask("AUTH", "a", ""));
            String[] subscribe = parts[1].split(" ");
            listener.send(Wire.request(subscribe));
            heard.addAll(listener.replies(subscribe.length - 1));
            heard.add(ruler.ask(("ACL SETUSER a " + parts[2]).split(" ")));
            String channel = subscribe[subscribe.length - 1].substring(0, 1);
            ruler.ask(subscribe[0].equals("ssubscribe") ? "SPUBLISH" : "PUBLISH", channel, "news");
            heard.add(listener.reply());
            return heard;
        }
    }

    @Test
    void usersLieInAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("users.acl");
        Files.writeString(file, "# the shop\nuser shop on >secret ~shop:* +@read +@write\n\nuser default off\n");
        ServerOptions options = ServerOptions.standard()
                .with("port", "0")
                .with("maxmemory", "16mb")
                .with("aclfile", file.toString());
        try (LarderServer own = LarderServer.start(options);
                Wire wire = new Wire(own.port())) {
            assertThat(wire.ask("GET", "shop:1")).startsWith("-NOAUTH");
            assertThat(wire.ask("AUTH", "default", "x")).startsWith("-WRONGPASS");
            assertThat(wire.ask("AUTH", "shop", "secret")).isEqualTo("+OK");
            assertThat(wire.ask("SET", "shop:1", "x")).isEqualTo("+OK");
            assertThat(wire.ask("SET", "other", "x")).startsWith("-NOPERM");
        }
        Files.writeString(file, "user root on >r ~* &* +@all\n");
        try (LarderServer own = LarderServer.start(options);
                Wire wire = new Wire(own.port())) {
            wire.ask("AUTH", "root", "r");
            wire.ask("ACL", "SETUSER", "new", "on", "+get", "~a");

            assertThat(wire.ask("ACL", "SAVE")).isEqualTo("+OK");
            assertThat(Files.readAllLines(file)).contains("user new on ~a resetchannels -@all +get");
            Files.writeString(file, "nonsense\n");
            assertThat(wire.ask("ACL", "LOAD")).startsWith("-ERR");
            assertThat(wire.ask("ACL", "USERS")).isEqualTo("ARRAY[$default, $new, $root]");
            Files.writeString(file, "user root on >r ~* &* +@all\nuser third off\n");
            assertThat(wire.ask("ACL", "LOAD")).isEqualTo("+OK");
            assertThat(wire.ask("ACL", "USERS")).isEqualTo("ARRAY[$default, $root, $third]");
        }
    }

    @Test
    void usersMayBeLinesOfTheSettings() throws IOException {
        ServerOptions options = ServerOptions.standard()
                .with("port", "0")
                .with("maxmemory", "16mb")
                .with("user", "one", "on", ">a", "+@all", "~*")
                .with("user", "two", "on", ">b", "+get", "~*")
                .with("requirepass", "secret");
        try (LarderServer own = LarderServer.start(options);
                Wire wire = new Wire(own.port())) {
            assertThat(wire.ask("AUTH", "secret")).isEqualTo("+OK");
            assertThat(wire.ask("ACL", "USERS")).isEqualTo("ARRAY[$default, $one, $two]");
            assertThat(wire.ask("CONFIG", "GET", "user*")).isEqualTo("ARRAY[]");
            assertThat(wire.ask("AUTH", "two", "b")).isEqualTo("+OK");
            assertThat(wire.ask("SET", "a", "b")).startsWith("-NOPERM");
        }
    }
}
