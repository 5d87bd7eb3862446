package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients that cache are told: the same as by a real Redis 7.0. A and N speak RESP3, C and R RESP2, R listens to
 * invalidations, B changes things; a number in braces is a connection's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrackingDifferentialTest {
    private static final String END = "the end";

    private RealRedis redis;
    private LarderServer server;

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        server = LarderServer.start(ServerOptions.standard().with("port", "0").with("io-threads", "3"));
    }

    @AfterAll
    void stop() {
        redis.close();
        server.close();
    }

    /** All connections to one server. */
    private static final class Scene implements AutoCloseable {
        private final Map<String, Wire> wires = new HashMap<>();
        private final Map<String, String> ids = new HashMap<>();

        Scene(int port) throws IOException {
            for (String name : List.of("A", "B", "C", "N", "R")) {
                Wire wire = new Wire(port);
                wires.put(name, wire);
                if (name.equals("A") || name.equals("N")) {
                    wire.ask("HELLO", "3");
                }
                ids.put(name, wire.ask("CLIENT", "ID").substring(1));
            }
            wire("B").ask("FLUSHALL");
            for (String name : List.of("A", "N", "R")) {
                wire(name).ask("SUBSCRIBE", END);
            }
            wire("R").ask("SUBSCRIBE", "__redis__:invalidate");
        }

        private Wire wire(String name) {
            return Objects.requireNonNull(wires.get(name));
        }

        /** The reply, and what A, N and R are told because of it. */
        List<String> step(String line) throws IOException {
            String command = line.substring(2);
            for (Map.Entry<String, String> id : ids.entrySet()) {
                command = command.replace("{" + id.getKey() + "}", id.getValue());
            }
            Wire wire = wire(line.substring(0, 1));
            wire.send(Wire.request(command.split(" ")));
            List<String> told = new ArrayList<>();
            String reply;
            do {
                reply = wire.reply();
                told.add(line.charAt(0) + ": " + reply);
            } while (reply.startsWith("PUSH"));
            wire("B").ask("PUBLISH", END, "");
            for (String name : List.of("A", "N", "R")) {
                for (String next = wire(name).reply();
                        !next.contains(END);
                        next = wire(name).reply()) {
                    told.add(name + ": " + next);
                }
            }
            told.sort(Comparator.naturalOrder());
            List<String> shown = new ArrayList<>();
            for (String each : told) {
                String text = each;
                for (Map.Entry<String, String> id : ids.entrySet()) {
                    text = text.replace(":" + id.getValue() + ",", ":" + id.getKey() + ",")
                            .replace(":" + id.getValue() + "]", ":" + id.getKey() + "]")
                            .replaceFirst(": :" + id.getValue() + "$", ": :" + id.getKey());
                }
                shown.add(text);
            }
            return shown;
        }

        @Override
        public void close() throws IOException {
            for (Wire wire : wires.values()) {
                wire.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A client tracking on|A get k|B set k 1|B set k 2|A get k|A set k 3|A get k|A client tracking off|B set k 4",
                "A client tracking on|A mget a b c|B mset b 1 c 1|A get a|B del a b c|A hget h f|B hset h f 1|A hget h g|B hdel h f",
                "A client tracking on|A lrange l 0 -1|B rpush l a b|A llen l|B lpop l|A llen l|B lset l 0 x|A lindex l 0|B blpop l 0|A llen l|B rpush l a",
                "A client tracking on|A smembers s|B sadd s a|A scard s|B sadd s a|B srem s none|A scard t|B smove s t a|A scard t|B sunionstore t t u|A scard t|B spop t",
                "A client tracking on|A zscore z a|B zadd z 1 a|A zcard z|B zadd z 1 a|B zincrby z 2 a|A zcard u|B zunionstore u 1 z|A zcard u|B zremrangebyscore u 0 9|A zcard z|B zpopmin z",
                "A client tracking on|A llen l|B rpush l 2 1|A llen l|B sort l store l|A llen l|B sort none store l|A pfcount p|B pfadd p a|A pfcount p|B pfadd p a|B pfadd p b|A pfcount p|B pfmerge p q",
                "A client tracking on|A xrange s - +|B xadd s 1 a b|A xlen s|B xtrim s maxlen 0|A xread streams s t 0 0|B xadd s 2 a b|A xlen s|B xdel s 9|B xdel s 2|B xadd t 1 a b",
                "A client tracking on bcast|B lpush l a b|B lmove l k left right|B sadd s a|B smove s t a|B zadd z 1 a|B zpopmin z|B zpopmin z",
                "A client tracking on noloop|A get k|A set k 1|B set k 2|A get k|B set k 3|A client trackinginfo",
                "A client tracking on optin|A get k|B set k 1|A client caching yes|A client trackinginfo|A get k|B set k 2|B set k 3",
                "A client tracking on optin|A client caching yes|A get k|A get j|B mset k 1 j 1|A client caching no",
                "A client tracking on optin|A client caching yes|A multi|A get k|A get j|A exec|B mset k 1 j 1|A get k|B set k 1",
                "A client tracking on optout|A get k|B set k 1|A client caching no|A client trackinginfo|A get k|B set k 2|A get k|B set k 3",
                "A client tracking on bcast|B set k 1|B mset a 1 b 2 a 3|A set k 1|A get k|B del k none|B expire a 100|B expire x 1",
                "A client tracking on bcast prefix a: prefix b:|B set a:1 x|B set c x|B mset a:1 x b:1 y c z|A set b:1 z|B flushall",
                "A client tracking on bcast prefix a: noloop|A set a:1 x|B set a:1 x|A multi|A set a:1 x|A exec|A client trackinginfo",
                "A client tracking on bcast prefix a|A client tracking on bcast prefix b|A client trackinginfo|B mset a 1 b 1 c 1",
                "A client tracking on|N client tracking on|A get k|N get k|B set k 1|N get k|A set k 2|A get k|N flushdb",
                "A client tracking on|A get k|B flushall|B set k 1|A get k|B flushdb async|N client tracking on bcast|B flushall",
                "A client tracking on|A get k|A multi|A set k 1|A set k 2|A exec|B set k 3|A strlen k|B append k x|A client tracking off",
                "A client tracking on|A get k|B rename k j|B set k 1|A exists k j|B rename k j|A ttl j|B persist j|B expire j 10|A type j|B copy j k",
                "A client tracking on redirect {R}|A get k|B set k 1|A client getredir|A client trackinginfo|B get k|A get k|A set k 2",
                "A client tracking on redirect {N}|A get k|B set k 1|A client tracking on|A get k|B set k 2|A client getredir",
                "C client tracking on redirect {R}|C get k|B set k 1|B set k 2|C get k|B flushall|C client tracking off|C get k|B set k 1",
                "C client tracking on bcast prefix k redirect {R}|B mset k1 1 k2 1 j 1|C client trackinginfo|C client getredir",
                "C client tracking on|C get k|B set k 1|C client trackinginfo|C client tracking on redirect {C}|C get k|B set k 1",
                "C client tracking on redirect {N}|C get k|B set k 1|C reset|C client trackinginfo|B set k 2",
                "A client tracking on|A eval return(redis.call('get',KEYS[1])) 1 k|B set k 1|B set k 2|A eval return(1) 1 k|B set k 3",
                "A client tracking on|A eval_ro return(redis.call('hget',KEYS[1],'f')) 1 h|B hset h f 1|A eval_ro return(1) 1 k|B set k 2",
                "A client tracking on|A eval redis.call('set',KEYS[1],1) 1 k|B set k 1|A get k|A eval redis.call('set',KEYS[1],2) 1 k|A get k|B set k 3",
                "A client tracking on noloop|A get k|A eval redis.call('set',KEYS[1],1) 1 k|B set k 2|A eval return(redis.call('mget','k','j')) 2 k j|B del k j",
                "A client tracking on optin|A eval return(redis.call('get',KEYS[1])) 1 k|B set k 1|A client caching yes|A eval return(redis.call('get',KEYS[1])) 1 k|B set k 2|B set k 3",
                "A client tracking on optout|A client caching no|A eval return(redis.call('get',KEYS[1])) 1 k|B set k 1|A eval return(redis.call('get',KEYS[1])) 1 k|B set k 2",
                "A client tracking on bcast|A eval redis.call('set',KEYS[1],1) 1 k|A eval return(redis.call('get',KEYS[1])) 1 k|B set k 1",
                "A client tracking on|A multi|A eval return(redis.call('get',KEYS[1])) 1 k|A exec|B set k 1|B set k 2",
                "A client caching yes|A client caching x|A client tracking on|A client caching yes|A client caching no|A client caching x",
                "A client tracking x|A client tracking on nonsense|A client tracking on redirect|A client tracking on redirect x|A client tracking on redirect 99999",
                "A client tracking on redirect {R} redirect {N}|A client tracking on prefix a|A client tracking on optin optout|A client tracking on bcast optin",
                "A client tracking on bcast prefix ab prefix a|A client tracking on bcast prefix a prefix ab|A client tracking on bcast prefix a prefix a|A client trackinginfo",
                "A client tracking on bcast prefix ab|A client tracking on bcast prefix a|A client tracking on bcast prefix abc|A client tracking on|A client tracking off",
                "A client tracking on optin|A client tracking on optout|A client tracking on bcast|A client tracking on|A client trackinginfo|A client tracking off nonsense",
                "A client tracking|A client tracking off|A client trackinginfo|A client trackinginfo x|A client getredir|A client getredir x|A client caching"
            })
    void clientsAreToldAsByRedis(String scene) throws IOException {
        try (Scene ours = new Scene(server.port());
                Scene theirs = new Scene(redis.port())) {
            for (String line : scene.split("\\|")) {
                assertThat(ours.step(line)).as("%s, in %s", line, scene).isEqualTo(theirs.step(line));
            }
        }
    }
}
