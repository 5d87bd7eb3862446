package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.protocol.resp.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and what is said of commands and connections: the same words as those of a real Redis 7.0. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErrorsDifferentialTest {
    /** Each with bars between commands, to be sent over one connection. */
    static final List<String> COMMANDS = List.of(
            "nonsense",
            "nonsense a b c",
            "client nonsense",
            "client",
            "config get",
            "get",
            "set a",
            "hello 4",
            "hello x",
            "hello 3 nonsense",
            "hello 2 setname",
            "auth x",
            "auth default x|ping",
            "auth other x",
            "auth a b c",
            "ping a b",
            "ping a",
            "select 16",
            "select",
            "multi|multi|exec",
            "exec",
            "discard",
            "multi|nonsense|exec|exec",
            "multi|get|ping|exec",
            "multi|watch a|set a b|exec|get a",
            "multi|set a b|incr a|get a|exec",
            "watch a|set a 1|multi|get a|exec|get a",
            "watch a|multi|get a|exec",
            "watch a|unwatch|set a 2|multi|get a|exec",
            "set a 1|watch a|del a|multi|exec",
            "subscribe a b|get a|ping|ping x|unsubscribe b|unsubscribe|ping",
            "psubscribe a*|publish abc x|punsubscribe a* b*",
            "hello 3|subscribe a|get a|publish a x|unsubscribe",
            "unsubscribe|punsubscribe|sunsubscribe",
            "subscribe a|reset|ping",
            "multi|subscribe a|ping|exec",
            "ssubscribe a|spublish a x|sunsubscribe",
            "pubsub channels|pubsub numsub a b|pubsub numpat|pubsub nonsense",
            "client reply skip|ping|echo a",
            "client reply off|ping|client reply on|echo a",
            "client setname a b|client setname ab|client getname|client setname|client getname",
            "client no-evict on|client no-evict x",
            "client kill id 0|client kill id 999999|client kill 1.2.3.4:5|client kill x y",
            "client pause x|client pause -1|client pause 0|client unpause",
            "client list type x|client list id x|client list nonsense",
            "object help x|object encoding|object freq none|object nonsense a",
            "set a 1|object encoding a|set a abc|object encoding a|object freq a",
            "hset h f v|object encoding h|type h|get h|incr h|append h x",
            "config set nonsense 1|config set maxmemory x|config set timeout -1",
            "config set databases 1|config set timeout 1 timeout 2|config set timeout",
            "config get timeout|config set timeout 5|config get timeout|config set timeout 0",
            "config resetstat|config rewrite",
            "cluster info|cluster nodes|readonly|readwrite",
            "wait 0 0|wait x 0|wait 0 x|wait 0 -1",
            "role|lastsave x|time x|dbsize x",
            "swapdb 0 x|swapdb x 0|swapdb 0 16|swapdb 0 1",
            "flushall x|flushdb async|flushall sync",
            "command count x|command getkeys get a|command getkeys mset a 1 b 2|command getkeys ping",
            "command getkeys nonsense|command getkeys get|command list filterby x y|command list filterby aclcat scripting2",
            "command info nonsense|command docs nonsense",
            "debug sleep 0",
            "memory usage none|memory usage a samples x|memory usage a nonsense 1",
            "scan x|scan 0 count 0|scan 0 match|scan 0 nonsense x",
            "hrandfield none|hrandfield none 5|hrandfield none x|hrandfield none -9223372036854775808",
            "getrange a x 1|setrange a 0|lcs a|lcs a b len idx|bitop nonsense a b",
            "expire a 1 nx xx|expire a 1 gt lt|expire a|expire a 9223372036854775807|pexpire a 9223372036854775807",
            "quit|ping",
            "echo|echo a b");

    private RealRedis redis;
    private RealRedis guardedRedis;
    private LarderServer server;
    private LarderServer guarded;

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        guardedRedis = new RealRedis("--requirepass", "secret");
        server = LarderServer.start(ServerOptions.standard().with("port", "0"));
        guarded = LarderServer.start(ServerOptions.standard().with("port", "0").with("requirepass", "secret"));
    }

    @AfterAll
    void stop() {
        redis.close();
        guardedRedis.close();
        server.close();
        guarded.close();
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void wordsAreThoseOfRedis(String commands) throws IOException {
        assertThat(answers(server.port(), commands)).as(commands).isEqualTo(answers(redis.port(), commands));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ping",
                "get a",
                "nonsense",
                "hello",
                "hello 3",
                "hello 3 auth default wrong",
                "auth wrong|auth secret|ping",
                "auth default secret|ping",
                "auth other secret",
                "reset|ping",
                "auth secret|reset|ping",
                "get",
                "quit"
            })
    void whoHasNotLoggedInIsToldAsByRedis(String commands) throws IOException {
        assertThat(answers(guarded.port(), commands)).as(commands).isEqualTo(answers(guardedRedis.port(), commands));
    }

    private static List<String> answers(int port, String commands) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.ask("FLUSHALL");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String command : commands.split("\\|")) {
                bytes.writeBytes(Wire.request(command.split(" ")));
            }
            bytes.writeBytes(Wire.request("QUIT"));
            wire.send(bytes.toByteArray()); // at once, for one of them may have the server hang up
            List<String> all = new ArrayList<>();
            for (String reply = wire.reply(); !reply.equals("closed"); reply = wire.reply()) {
                all.add(reply.replaceAll("\\$id, :\\d+", "id").replaceAll(":\\d{10}", "a time"));
            }
            return all;
        }
    }

    @Test
    void commandsAreDescribedAsByRedis() throws IOException {
        try (Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            for (Reply each : ours.elements("COMMAND")) {
                List<Reply> described = ((Reply.Several) each).elements();
                String name = Wire.shown(described.get(0)).substring(1);
                Reply known = theirs.elements("COMMAND", "INFO", name).get(0);
                if (known instanceof Reply.Several their) {
                    assertThat(essence(described)).as(name).isEqualTo(essence(their.elements()));
                } else {
                    assertThat(name).as("since Redis 7.4").startsWith("h");
                }
            }
        }
    }

    /** Name, arity, flags, keys and categories, and those of the subcommands there are on both sides. */
    private static String essence(List<Reply> described) {
        return described.subList(0, 6).stream().map(Wire::shown).collect(Collectors.joining(" "))
                + sorted(Wire.shown(described.get(6)));
    }

    private static String sorted(String set) {
        String[] all = set.replaceAll("ARRAY|SET|[\\[\\]]", "").split(", ");
        Arrays.sort(all);
        return Arrays.toString(all);
    }
}
