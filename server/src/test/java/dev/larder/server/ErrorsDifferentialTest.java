package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.protocol.resp.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
            "bgsave nonsense|save x|shutdown nonsense|shutdown abort|shutdown save nosave|shutdown abort now",
            "multi|save|shutdown|exec",
            "memory usage none|memory usage a samples x|memory usage a nonsense 1",
            "scan x|scan 0 count 0|scan 0 match|scan 0 nonsense x",
            "hrandfield none|hrandfield none 5|hrandfield none x|hrandfield none -9223372036854775808",
            "getrange a x 1|setrange a 0|lcs a|lcs a b len idx|bitop nonsense a b",
            "expire a 1 nx xx|expire a 1 gt lt|expire a|expire a 9223372036854775807|pexpire a 9223372036854775807",
            "lpush l|rpush l a b c|lpushx none a|rpushx l d|lrange l 0 -1|type l|object encoding l|llen l|get l|hget l a",
            "lpop none|lpop none 1|lpop none x|lpop l 1 2|rpush l a b|lpop l 0|lpop l -1|rpop l 5|exists l|rpop none 0",
            "lindex none x|rpush l a|lindex l x|lindex l -2|lset none x a|lset l x a|lset l 1 a|lset l -1 b|lrange l 0 -1",
            "linsert none x a b|linsert none before a b|rpush l a|linsert l after z b|linsert l AFTER a b|linsert l before a",
            "lrem none x a|lrem none 0 a|lrem l -9223372036854775808 a|rpush l a b a b a|lrem l -2 a|lrange l 0 -1|lrem l 0 b",
            "ltrim none x 0|ltrim none 0 0|rpush l a b c|ltrim l 1 1|lrange l 0 -1|ltrim l 5 9|exists l|ltrim l 0 x",
            "lpos none a|lpos none a count 0|rpush l a b a b|lpos l b rank 0|lpos l b count -1|lpos l b maxlen -1|lpos l b rank x",
            "rpush l a b a b|lpos l b rank -1|lpos l b count 0|lpos l a rank -2 count 2|lpos l b count 0 maxlen 2|lpos l b nonsense 1|lpos l b rank",
            "lpos l b rank -9223372036854775808|lpos l b rank 9223372036854775807|lpos l z count 0 rank -1",
            "lmove a b left up|lmove none b left right|rpush l 1 2 3|lmove l l left right|lmove l l right right|lrange l 0 -1",
            "rpush l 1 2 3|set x 1|lmove l x left left|lmove x l left left|rpoplpush l m|rpoplpush none x|llen l|lrange m 0 -1",
            "lmpop 0 l left|lmpop x l left|lmpop 2 l left|lmpop 1 l up|lmpop 1 l left count 0|lmpop 1 l left count",
            "rpush l 1 2 3|lmpop 2 none l right count 2|lmpop 1 l left|lmpop 1 l left|set x 1|lmpop 2 none x left|lpush x 1",
            "command getkeys lmpop 2 a b left|multi|lmpop 2 a b left|rpush a 1|lmove a b left left|exec",
            "rpush l 1 2|copy l m|rename m n|lrange n 0 -1|move n 1|expire l 100|ttl l|sadd l 1|scan 0 type list|sunionstore l none",
            "blpop l|blpop l x|blpop l -1|blpop none 0.01|brpop none 0.001|bzpopmin none 0.01",
            "brpoplpush none d 0.01|blmove none d left right 0.01|blmove none d up left 0|blmpop x 1 l left|blmpop 0.01 1 l left",
            "hello 3|blpop none 0.01|brpoplpush none d 0.01|bzpopmax none 0.01|bzmpop 0.01 1 none min|zadd z 1 a|bzpopmin z 0",
            "rpush l 1 2 3|blpop none l 0|brpop l 0|blmove l m left right 0|lrange m 0 -1|exists l|brpoplpush m m 0",
            "zadd z 1 a 2 b 3 c|bzpopmin none z 0|bzpopmax z 0|bzmpop 0 2 none z max count 5|blmpop 0 0 z left|bzmpop 0 1 z mid",
            "multi|blpop none 0|brpoplpush none d 0|blmove none d left left 0|bzpopmin none 0|blmpop 0 1 none left|bzmpop 0 1 none min|exec",
            "set x 1|blpop none x 0|bzpopmin x 0|rpush l 1|blmove l x left left 0|llen l|blmpop 0 1 x left",
            "client unblock x|client unblock 999999|client unblock 999999 nonsense|client unblock 999999 error|client unblock",
            "command getkeys blpop a b 0|command getkeys blmpop 0 2 a b left|command getkeys bzpopmin a 0",
            "sort none|sort none store d|rpush l 3 1 2|sort l|sort l store l|lrange l 0 -1|sort l limit 1|sort l by|sort l get",
            "rpush l a b|sort l|sort l alpha desc|set x 1|sort x|sort_ro l alpha store d|sort l alpha limit 0 x|sort|sort_ro",
            "rpush l 1 2|set w_1 x|sort l by w_*|sort l by w_* alpha|sort l by nosort get w_* get #|hset w_2 f 9|sort l get w_*->f",
            "command getkeys sort l store d|command getkeys sort l by w_* get # store d|command getkeys sort_ro l",
            "pfadd h|pfadd h|pfcount h|get h|pfadd h a b c|pfcount h|get h|type h|pfcount none|pfmerge d",
            "set x 1|pfadd x a|pfcount x|pfmerge x|sadd s 1|pfadd s a|pfcount h s|set y HYLLxxxxxxxxxxxxxxx|pfcount y|pfadd y 1",
            "pfmerge d none|get d|pfadd h a|expire h 100|pfadd h b|ttl h|pfmerge h d|ttl h|pfcount h d none|pfadd|pfmerge",
            "geoadd g|geoadd g 1 2|geoadd g x 2 a|geoadd g 181 2 a|geoadd g 1 90 a|geoadd g nx xx 1 2 a|geoadd g 1 2 a 3|geoadd g nx ch 1 2 a",
            "geopos g|geopos g a|geodist g a b|geodist g a b x|geodist g a b m x|geohash g a b|set x 1|geopos x a|geoadd x 1 2 a",
            "georadius g 1 2 x m|georadius g 1 2 -1 m|georadius g 1 2 3 x|georadius g 1 2 3 m count 0|georadius g 1 2 3 m any",
            "georadius g 1 2 3 m store d withdist|georadius g 1 2 3 m store d|georadius_ro g 1 2 3 m store d|georadiusbymember g a 1 m",
            "geosearch g frommember a fromlonlat 1 2 byradius 1 m|geosearch g fromlonlat 1 2 asc desc asc|geosearch g byradius 1 m asc desc",
            "geoadd g 1 2 a|geosearch g frommember b byradius 1 m|geosearch g frommember a bybox 1 -1 m|geosearch g frommember a bybox x 1 m",
            "geosearchstore d g frommember a byradius 1 m withdist|geosearchstore d g frommember a byradius 1 m|exists d",
            "geoadd g 13 52 a|georadius g 13 52 1 km withdist withcoord withhash|geopos g a|geohash g a|zscore g a",
            "command getkeys georadius g 1 2 3 m store d|command getkeys geosearchstore d g frommember a byradius 1 m",
            "sadd s|srem s|smove a b|sismember s|spop s -1|spop s x|spop s 1 2|srandmember s x|srandmember s 1 2",
            "srandmember s -9223372036854775808|spop s|spop s 3|srandmember s|srandmember s 3|smembers s|scard s",
            "sadd s 1 2|object encoding s|type s|sadd s a|object encoding s|get s|hget s 1|set x 1|sadd x 1|smove x s 1",
            "smove none x 1|smove s x 1|smove s x none|sadd s 1|smove s s 1|smove s s 9|smove s t 1|type s|smembers t",
            "sintercard 0 a|sintercard x a|sintercard 2 a|sintercard 1 a limit|sintercard 1 a limit -1|sintercard 1 a x 1",
            "set x 1|sinter none x|sunion none x|sdiff none x|sinterstore d none x|sunionstore d none x|sdiffstore x none",
            "sadd s 1 2 3|sadd t 2 3 4|sunionstore s s t|scard s|sinterstore t s t|scard t|sdiffstore s s s|exists s",
            "set d 1|sadd s 1|expire s 100|sinterstore d s s|type d|ttl d|sunionstore d none|exists d|sintercard 2 s s limit 1",
            "sscan s x|sscan s 0 count 0|sscan s 0 nonsense|sadd s 1|sscan s 0 count 0|sscan s 0 match|sscan s 0 type set",
            "zadd z|zadd z 1|zadd z 1 a 2|zadd z x a|zadd z nan a|zadd z nx xx 1 a|zadd z gt nx 1 a|zadd z gt lt 1 a",
            "zadd z incr 1 a 2 b|zadd z nx|zadd z inf a|zadd z incr -inf a|zincrby z -inf a|zincrby z x a|zscore z a",
            "zadd z 0x10 a|zadd z 1e400 a|zadd z 1e-400 a|zadd z 1e-320 b|zscore z a|zscore z b|zadd z infinity c|zscore z c",
            "zadd z 1 a 2 b 3 c|zrange z 0 -1 limit 0 1|zrange z 0 -1 byscore withscores bylex|zrange z - + bylex withscores",
            "zadd z 1 a|zrange z x y|zrange z ( ( byscore|zrange z x y byscore|zrange z a b bylex|zrange z 0 -1 nonsense",
            "zadd z 1 a|zrangebyscore z a b|zrangebylex z a b|zrangebylex z - + withscores|zcount z a b|zlexcount z a b",
            "zadd z 1 a 2 b|zrange z 0 -1 rev byscore|zrange z +inf -inf rev byscore|zrange z 1 0 rev|zrevrange z 0 -1 rev",
            "zadd z 1 a 2 b|zrangestore d z 0 -1 withscores|zrangestore d z 0 -1 rev|type d|zrangestore d none 0 -1|exists d",
            "set x 1|zrangestore x none 0 -1|exists x|set x 1|zadd x 1 a|zrangestore d x 0 -1|zpopmin x|zunion 1 x|zinter 2 none x",
            "zpopmin z x|zpopmin z -1|zpopmin z 1 2|zpopmax z 0|zadd z 1 a 2 b|zpopmin z 0|zpopmax z|zpopmin z 5|exists z",
            "zmpop 0 z min|zmpop x z min|zmpop 2 z min|zmpop 1 z mid|zmpop 1 z min count 0|zmpop 1 z min count 1 count 1",
            "zmpop 1 z min count|zmpop 1 z max|zadd z 1 a 2 b|zmpop 2 none z max count 5|zmpop 1 z min nonsense 1",
            "hello 3|zadd z 1 a 2 b 3 c|zmpop 1 z max count 2|zpopmin z|zadd z 1 a|zpopmin z 1|zrandmember z 1 withscores",
            "zrandmember z|zrandmember z 5|zrandmember z x|zrandmember z 1 x|zrandmember z 1 withscores x",
            "zrandmember z -9223372036854775808|zrandmember z 9223372036854775807 withscores|zrandmember z 0",
            "zunion 0 z|zunion x z|zunion 2 z|zunion 1 z weights|zunion 1 z weights x|zunion 1 z aggregate x|zunion 1 z x",
            "zdiff 1 z weights 1|zdiff 0 z|zunionstore d 1 z withscores|zintercard 1 z limit -1|zintercard 1 z weights 1",
            "zadd z 1 a inf b|zunion 2 z z weights 1 -1 withscores|zunion 1 z weights 0 withscores|zinter 2 z z weights 1 nan",
            "sadd s a b|zadd z 5 a|zinter 2 s z withscores|zunionstore z 2 s z weights 2 3|zrange z 0 -1 withscores|zdiffstore z 1 none",
            "zadd z 1 a|object encoding z|type z|copy z y|rename y x|zscore x a|scan 0 type zset match z count 100|zrank z a|zrevrank z b",
            "zadd z 1 a|zremrangebyrank z x 0|zremrangebyscore z x 0|zremrangebylex z x 0|zremrangebyrank z 0 -1|exists z",
            "zscan z x|zadd z 1.5 a|zscan z 0|zscan z 0 count 0|zscan z 0 match b*|zscan z 0 type zset|zmscore z a b",
            "xadd s|xadd s *|xadd s * a|xadd s * a b c|xadd s nomkstream * a b|xadd s maxlen|xadd s maxlen 1 a b|xadd s maxlen ~ a b c",
            "xadd s maxlen 1 minid 1 * a b|xadd s limit 1 * a b|xadd s maxlen 1 limit 1 * a b|xadd s maxlen ~ 1 limit -1 * a b|exists s",
            "xadd s 0-0 a b|xadd s 0 a b|xadd s 0-* a b|xadd s 0-1 a b|xadd s 5 a b|xadd s 5-* a b|xadd s 4 a b|xadd s 5-x a b|xadd s + a b",
            "xadd s 18446744073709551615-18446744073709551615 a b|xadd s * a b|xadd s 18446744073709551615-* a b|xadd s 1 a b",
            "xadd s 5-18446744073709551615 a b|xadd s 5-* a b|xadd s 6-* a b|xrange s - +|xadd s 18446744073709551616 a b",
            "set x 1|xadd x * a b|xadd x nomkstream 1 a b|xlen x|xrange x - +|xread streams x 0|xdel x 1|xtrim x maxlen 1|xsetid x 1",
            "xadd s 1 a b|type s|object encoding s|get s|lpush s a|sadd s a|xadd s nomkstream 2 a b|copy s t|rename t u|xlen u|object freq s",
            "xadd s 1 a b|xadd s 2 c d|xrange s - + count|xrange s - + count 0|xrange s - + count -1|xrange s - + x 1|xrange s x +|xrange none - + count 0",
            "xadd s 1 a b|xadd s 2-5 c d|xrange s ( +|xrange s (x +|xrange s (1 (2-5|xrange s (+ +|xrange s - (-|xrevrange s + - count 1|xrevrange s (2-5 -",
            "xrange s (18446744073709551615-18446744073709551615 +|xrange s - (0-0|xrevrange s (0-0 -|xrange s - (0",
            "xread|xread streams s|xread streams|xread count 1|xread count x streams s 0|xread streams s t 0|xread block|xread x streams s 0",
            "xread block x streams s 0|xread block -1 streams s 0|xread block 1 streams s $",
            "xread group g c streams s 0|xread noack streams s 0|xread streams s >|xread streams s x|xread streams s +|xread group g streams s 0",
            "xadd s 1 a b|xread streams s $|xread streams s 0|xread count 0 streams s none 0 0|xread streams s s 0 1|xread block 5 count 1 streams none s $ 0",
            "hello 3|xadd s 1 a b c d|xread streams s none 0 0|xread streams s 1|xread block 1 streams s $|xrange s - +|xinfo stream s|xinfo stream s full",
            "xadd s 1 a b|multi|xread block 0 streams s $|xread block 0 streams s 0|exec|eval return{redis.call('xread','block','0','streams',KEYS[1],'$')} 1 s",
            "xdel none x|xdel s|xadd s 1 a b|xdel s x|xdel s 1 1 2|exists s|xlen s|xinfo stream s|xadd s 1 a b|xrange s - +|xread streams s 0",
            "xtrim|xtrim s|xtrim s maxlen|xtrim s x 1|xtrim s limit 0|xtrim s limit 1|xtrim s maxlen 1 limit 0|xtrim s maxlen ~ 1 limit 0|xtrim s maxlen = x",
            "xadd s 1 a b|xadd s 2 a b|xadd s 3 a b|xtrim s minid 2|xtrim s maxlen = 1|xtrim s minid +|xinfo stream s|xtrim s maxlen ~ 0|xlen none",
            "xadd s 1 a b|xadd s 2 a b|xtrim s maxlen ~ 0 limit 1|xtrim s maxlen ~ 0 limit 2|xadd s maxlen 0 3 a b|xinfo stream s|xadd s minid ~ 9 4 a b",
            "xsetid|xsetid s|xsetid none 1|xsetid none x|xsetid s 1 entriesadded|xsetid s 1 entriesadded x|xsetid s 1 x 1|xsetid s 1 maxdeletedid 2",
            "xadd s 5 a b|xadd s 6 a b|xsetid s 4|xdel s 5|xsetid s 6 entriesadded 0|xsetid s 9 entriesadded 50 maxdeletedid 8|xinfo stream s|xsetid s 7|xadd s 8 a b",
            "xinfo|xinfo stream|xinfo stream none|xinfo stream none full|xadd s 1 a b|xinfo stream s x|xinfo stream s full x|xinfo stream s full count|xinfo x s",
            "xadd s 1 a b|xadd s 2 a b|xinfo stream s full count 1|xinfo stream s full count 0|xinfo stream s full count -1|xinfo stream s full count x",
            "xinfo groups|xinfo groups none|xadd s 1 a b|xinfo groups s|xinfo consumers s|xinfo consumers s g|xinfo consumers none g|set x 1|xinfo groups x",
            "command getkeys xread streams a b 0 0|command getkeys xread count 1 streams a 0|command getkeys xread count 1|command getkeys xadd s * a b",
            "xadd s 1 a b|dump none|sort s|expire s 100|xadd s 2 a b|ttl s|scan 0 type stream|move s 1|memory usage none|xadd s 3 a b|del s|exists s",
            "command getkeys zunion 2 a b|command getkeys zunionstore d 2 a b weights 1 2|command getkeys sintercard 2 a b limit 1",
            "command getkeys zunion x a|command getkeys zunion 5 a b|command getkeys zmpop 1 a min",
            "multi|zunionstore d 2 a b|sintercard 2 a b|sinterstore d a b|zmpop 1 a min|exec",
            "quit|ping",
            "echo|echo a b");

    /** They take more words than Redis 7.0 knows. */
    private static final Set<String> SINCE_REDIS_7_2 = Set.of("zrank", "zrevrank");

    private RealRedis redis;
    private RealRedis guardedRedis;
    private LarderServer server;
    private LarderServer guarded;

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        guardedRedis = new RealRedis("--requirepass", "secret");
        ServerOptions options = ServerOptions.standard().with("port", "0").with("redis-version", "7.0.15");
        server = LarderServer.start(options);
        guarded = LarderServer.start(options.with("requirepass", "secret"));
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
                if (known instanceof Reply.Several their && !SINCE_REDIS_7_2.contains(name)) {
                    assertThat(essence(described)).as(name).isEqualTo(essence(their.elements()));
                } else {
                    assertThat(name)
                            .as("since Redis 7.2 or 7.4, or Larder's own")
                            .matches(newer -> SINCE_REDIS_7_2.contains(newer) || newer.matches("h.*|larder\\..*"));
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
