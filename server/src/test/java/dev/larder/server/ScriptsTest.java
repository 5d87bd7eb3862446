package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What scripts may not do to the server: hold it, fill it, end it, or see each other. */
class ScriptsTest {
    private static final String FOREVER = "while true do end";
    private static final String UNLOCK =
            "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

    private final ExecutorService others = Executors.newCachedThreadPool();
    private LarderServer server;

    @BeforeEach
    void start() {
        server = LarderServer.start(ServerOptions.standard()
                .with("port", "0")
                .with("maxmemory", "64mb")
                .with("io-threads", "1")
                .with("lua-time-limit", "100"));
    }

    @AfterEach
    void stop() {
        others.shutdownNow();
        server.close();
    }

    private Wire wire() throws IOException {
        return new Wire(server.port());
    }

    private CompletableFuture<String> elsewhere(String... words) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (Wire wire = wire()) {
                        return wire.ask(words);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                others);
    }

    private static String get(CompletableFuture<String> reply) throws Exception {
        return reply.get(30, TimeUnit.SECONDS);
    }

    @Test
    void othersAreToldOfAScriptThatRunsOnAndMayEndItOnASingleLoop() throws Exception {
        try (Wire wire = wire()) {
            CompletableFuture<String> script = elsewhere("EVAL", FOREVER, "0");

            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> wire.ask("GET", "a").startsWith("-BUSY Redis is busy running a script."));
            assertThat(wire.ask("MULTI")).isEqualTo("+OK");
            assertThat(wire.ask("PING")).startsWith("-BUSY");
            assertThat(wire.ask("DISCARD")).isEqualTo("+OK");
            assertThat(wire.ask("SCRIPT", "KILL")).isEqualTo("+OK");

            assertThat(get(script)).startsWith("-ERR Script killed by user with SCRIPT KILL...");
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> wire.ask("SET", "a", "b").equals("+OK"));
            assertThat(wire.ask("SCRIPT", "KILL")).startsWith("-NOTBUSY");
        }
    }

    @Test
    void aScriptThatTakesLongAnswersWhenItIsDone() throws Exception {
        try (Wire wire = wire()) {
            wire.ask("SET", "n", "5");
            String slow = "local n = redis.call('get', KEYS[1]) for i = 1, 20000000 do end"
                    + " redis.call('set', KEYS[1], n + 1) return 'done'";
            wire.ask("CONFIG", "SET", "lua-time-limit", "0");

            assertThat(wire.ask("EVAL", slow, "1", "n")).isEqualTo("$done");

            assertThat(wire.ask("GET", "n")).isEqualTo("$6");
        }
    }

    @Test
    void oneThatHasWrittenIsEndedAtItsTime() throws Exception {
        try (Wire wire = wire()) {
            assertThat(wire.ask("EVAL", "redis.call('set', KEYS[1], 1) " + FOREVER, "1", "a"))
                    .startsWith("-ERR the script ran longer than lua-time-limit and was ended");

            assertThat(wire.ask("GET", "a")).isEqualTo("$1");
        }
    }

    @Test
    void oneInATransactionIsEndedAtItsTime() throws Exception {
        try (Wire wire = wire()) {
            wire.ask("MULTI");
            wire.ask("EVAL", FOREVER, "0");
            wire.ask("SET", "a", "1");

            assertThat(wire.ask("EXEC")).contains("the script ran longer than lua-time-limit", "+OK");
        }
    }

    @Test
    void noCatchKeepsAScriptFromBeingEnded() throws Exception {
        try (Wire wire = wire()) {
            String stubborn = "redis.call('set', KEYS[1], 1) while true do pcall(function() while true do end end) end";

            assertThat(wire.ask("EVAL", stubborn, "1", "a")).startsWith("-ERR the script ran longer");
        }
    }

    @Test
    void endlessRecursionOfAnyKindEndsTheScriptOnly() throws Exception {
        try (Wire wire = wire()) {
            for (String script : List.of(
                    "local function f() return 1 + f() end return f()",
                    "local t = setmetatable({}, {}) getmetatable(t).__index = function(s, k) return s[k .. 'x'] end return t.a",
                    "local t = setmetatable({}, {}) getmetatable(t).__tostring = tostring return tostring(t)",
                    "local function f() return (string.gsub('a', 'a', f)) .. '' end return f()",
                    "local function f() local ok, e = pcall(f) return ok and e or error(e) end return f()",
                    "local t = {} t[1] = t return cjson.encode(t)",
                    "return cjson.decode(string.rep('[', 100000))",
                    "return cmsgpack.unpack(string.rep('\\145', 100000))",
                    "return loadstring(string.rep('(', 100000))",
                    "local function f(n) redis.call('set', KEYS[1], n) return f(n + 1) + 1 end return f(1)")) {
                assertThat(wire.ask("EVAL", script, "1", "k")).as(script).isNotEqualTo("closed");
                assertThat(wire.ask("PING")).as(script).isEqualTo("+PONG");
            }
        }
    }

    @Test
    void stringsHaveALimit() throws Exception {
        try (Wire wire = wire()) {
            assertThat(wire.ask("EVAL", "return string.rep('x', 1e10)", "0")).contains("string length overflow");
            assertThat(wire.ask("EVAL", "local s = 'xxxxxxxx' while true do s = s .. s end", "0"))
                    .contains("string length overflow");
        }
    }

    @Test
    void nothingIsLeftOfAScriptForTheNext() throws Exception {
        try (Wire wire = wire()) {
            for (String script : List.of(
                    "x = 1",
                    "rawset(_G, 'x', 1)",
                    "string.x = 1",
                    "getmetatable('').__index = nil",
                    "table.insert(redis, 1)",
                    "table.sort(math)",
                    "setmetatable(_G, {})",
                    "setmetatable(string, {})",
                    "KEYS.x = 1",
                    "redis.call = nil")) {
                wire.ask("EVAL", script, "0");
            }

            assertThat(wire.ask("EVAL", "return KEYS.x or rawget(_G, 'x') or string.x or 'clean'", "0"))
                    .isEqualTo("$clean");
            assertThat(wire.ask("EVAL", "return ('a'):upper() .. tostring(#redis)", "0"))
                    .isEqualTo("$A0");
        }
    }

    @Test
    void nothingOfTheMachineIsWithinReach() throws Exception {
        try (Wire wire = wire()) {
            for (String name : List.of(
                    "os",
                    "io",
                    "debug",
                    "package",
                    "require",
                    "luajava",
                    "coroutine",
                    "dofile",
                    "loadfile",
                    "print",
                    "collectgarbage2",
                    "java",
                    "module",
                    "newproxy",
                    "setfenv",
                    "getfenv")) {
                assertThat(wire.ask("EVAL", "return " + name, "0"))
                        .as(name)
                        .contains("Script attempted to access nonexistent global variable '" + name + "'");
            }
            assertThat(wire.ask("EVAL", "return loadstring('\\27Lua')", "0")).isEqualTo("nil");
            assertThat(wire.ask("EVAL", "return string.dump", "0")).isEqualTo("nil");
        }
    }

    @Test
    void keysThatAreNotDeclaredAreUsedAtOneMomentToo() throws Exception {
        String move = "local a = redis.call('get', 'left') local b = redis.call('get', 'right')"
                + " redis.call('set', 'left', b) redis.call('set', 'right', a) return a + b";
        try (LarderServer several = LarderServer.start(
                        ServerOptions.standard().with("port", "0").with("io-threads", "3"));
                Wire wire = new Wire(several.port())) {
            wire.ask("MSET", "left", "1", "right", "2");
            List<CompletableFuture<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String[] words = i % 2 == 0
                        ? new String[] {"EVAL", move, "0"}
                        : new String[] {"EVAL", move, "2", i == 1 ? "left" : "right", i == 1 ? "right" : "left"};
                all.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (Wire one = new Wire(several.port())) {
                                List<String> replies = new ArrayList<>();
                                for (int j = 0; j < 300; j++) {
                                    replies.add(one.ask(words));
                                }
                                return replies;
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        others));
            }

            for (CompletableFuture<List<String>> each : all) {
                assertThat(each.get(60, TimeUnit.SECONDS)).containsOnly(":3");
            }
        }
    }

    @Test
    void aKeyThatIsNotDeclaredMayFollowAWrite() throws Exception {
        try (Wire wire = wire()) {
            String script = "redis.call('set', KEYS[1], 1) for i = 1, 50 do redis.call('set', 'other' .. i, i) end"
                    + " return redis.call('dbsize')";

            assertThat(wire.ask("EVAL", script, "1", "a")).isEqualTo(":51");
        }
    }

    @Test
    void locksOfOtherLibrariesWork() throws Exception {
        try (Wire wire = wire()) {
            wire.ask("SET", "lock", "token");

            assertThat(wire.ask("EVAL", UNLOCK, "1", "lock", "other")).isEqualTo(":0");
            assertThat(wire.ask("EVAL", UNLOCK, "1", "lock", "token")).isEqualTo(":1");

            String redisson =
                    "if ((redis.call('exists', KEYS[1]) == 0) or (redis.call('hexists', KEYS[1], ARGV[2]) == 1))"
                            + " then redis.call('hincrby', KEYS[1], ARGV[2], 1); redis.call('pexpire', KEYS[1], ARGV[1]);"
                            + " return nil; end; return redis.call('pttl', KEYS[1]);";
            String release = "if (redis.call('hexists', KEYS[1], ARGV[3]) == 0) then return nil; end;"
                    + " local counter = redis.call('hincrby', KEYS[1], ARGV[3], -1);"
                    + " if (counter > 0) then redis.call('pexpire', KEYS[1], ARGV[2]); return 0;"
                    + " else redis.call('del', KEYS[1]); redis.call('publish', KEYS[2], ARGV[1]); return 1; end;";
            assertThat(wire.ask("EVAL", redisson, "1", "r", "30000", "me")).isEqualTo("nil");
            assertThat(wire.ask("EVAL", redisson, "1", "r", "30000", "me")).isEqualTo("nil");
            assertThat(wire.ask("EVAL", redisson, "1", "r", "30000", "you")).startsWith(":");
            assertThat(wire.ask("EVAL", release, "2", "r", "ch", "0", "30000", "you"))
                    .isEqualTo("nil");
            assertThat(wire.ask("EVAL", release, "2", "r", "ch", "0", "30000", "me"))
                    .isEqualTo(":0");
            assertThat(wire.ask("EVAL", release, "2", "r", "ch", "0", "30000", "me"))
                    .isEqualTo(":1");
            assertThat(wire.ask("EXISTS", "r")).isEqualTo(":0");

            String increment =
                    "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('INCRBY', KEYS[1], ARGV[1]) end";
            assertThat(wire.ask("EVAL", increment, "1", "n", "5")).isEqualTo("nil");
            wire.ask("SET", "n", "1");
            assertThat(wire.ask("EVAL", increment, "1", "n", "5")).isEqualTo(":6");
        }
    }

    @Test
    void theLatestOfThoseThatOnlyEvalBroughtAreKept() throws Exception {
        try (Wire wire = wire()) {
            String kept = wire.ask("SCRIPT", "LOAD", "return 'kept'").substring(1);
            String first = "";
            for (int i = 0; i < 600; i++) {
                String script = "return " + i;
                wire.ask("EVAL", script, "0");
                first = first.isEmpty() ? dev.larder.server.script.Compiler.sha(Wire.latin(script)) : first;
            }

            assertThat(wire.ask("EVALSHA", kept, "0")).isEqualTo("$kept");
            assertThat(wire.ask("EVALSHA", first, "0")).startsWith("-NOSCRIPT");
        }
    }

    @Test
    void aWriteThatFindsNoRoomIsAnError() throws Exception {
        try (LarderServer small = LarderServer.start(ServerOptions.standard()
                        .with("port", "0")
                        .with("maxmemory", "8mb")
                        .with("maxmemory-policy", "noeviction"));
                Wire wire = new Wire(small.port())) {
            String fill = "local s = string.rep('x', 1000000) for i = 1, 100 do redis.call('set', 'k' .. i, s) end";

            assertThat(wire.ask("EVAL", fill, "0")).startsWith("-OOM");
            assertThat(wire.ask("GET", "nothing")).isEqualTo("nil");
        }
    }
}
