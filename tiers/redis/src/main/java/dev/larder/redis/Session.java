package dev.larder.redis;

import dev.larder.failure.TierException;
import dev.larder.tier.FarValue;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis, from its handshake to its loss. Thread-safe.
 *
 * <p>What is sent together is written together and, on this one connection, answered in order. Stages complete on the
 * connection's I/O thread, with the client library's own failures; commands still unanswered when the connection is lost
 * fail then and are not sent again.
 */
final class Session {
    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    /** Redis refuses a time to live whose end it cannot count to; nobody waits for a hundred years. */
    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    /** What PTTL says of a key that is not there. */
    static final long NO_SUCH_KEY = -2;

    /** Commands sent and not yet answered, and keys asked for; more fail at once. The client library counts only those on the wire. */
    private static final int MAX_UNANSWERED = 65_536;

    private final StatefulRedisConnection<String, byte[]> connection;
    private final Ticker ticker;
    private final ServerClock clock = new ServerClock();
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile String server = "";

    Session(StatefulRedisConnection<String, byte[]> connection, Ticker ticker) {
        this.connection = connection;
        this.ticker = ticker;
    }

    RedisAsyncCommands<String, byte[]> redis() {
        return connection.async();
    }

    /** The {@link ServerIdentity} at the other end; empty before the login. */
    String server() {
        return server;
    }

    void reached(String identity) {
        server = identity;
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** From now on {@code listener} hears, on the I/O thread and before the next answer, what the server says unasked. */
    void hear(PushListener listener) {
        connection.addListener(listener);
    }

    /** Lets go of the connection without waiting. */
    void close() {
        if (connection.isOpen()) {
            var unused = connection.closeAsync();
        }
    }

    /** Asks what time it is at the other end, for the reads to come; completes when it has answered. */
    CompletableFuture<Void> askTime() {
        long sentNanos = ticker.nanos();
        return redis().time()
                .thenAccept(time -> clock.told(number(time.get(0)), number(time.get(1)), sentNanos, ticker.nanos()))
                .toCompletableFuture();
    }

    /** Runs a script that answers a number. */
    CompletableFuture<Long> number(Script script, List<String> keys, Object... arguments) {
        return run(script, ScriptOutputType.INTEGER, keys, arguments);
    }

    /** Runs a script that answers a text of ASCII. */
    CompletableFuture<String> text(Script script, List<String> keys, Object... arguments) {
        return this.<byte[]>run(script, ScriptOutputType.VALUE, keys, arguments)
                .thenApply(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    }

    /** Runs a script that answers a list. */
    CompletableFuture<List<@Nullable Object>> list(Script script, List<String> keys, Object... arguments) {
        return run(script, ScriptOutputType.MULTI, keys, arguments);
    }

    /**
     * The values in the order of {@code names}, null where there is none; or null in all where {@code generation} is not the
     * one named in {@code pointer} any more. One command, one round trip.
     */
    CompletableFuture<@Nullable List<@Nullable FarValue>> values(
            String pointer, String generation, List<String> names) {
        return limited(names.size(), () -> mget(pointer, names)).thenCompose(found -> {
            if (!generation.equals(text(found.get(0)))) {
                return CompletableFuture.completedFuture(null);
            }
            long now = clock.latest(ticker.nanos());
            List<@Nullable FarValue> values = new ArrayList<>(names.size());
            for (byte[] stored : found.subList(1, found.size())) {
                if (!StoredValue.isEntry(stored)) {
                    values.add(null);
                } else if (now == ServerClock.UNKNOWN || StoredValue.mustBeAsked(stored)) {
                    return valuesAndLives(pointer, generation, names);
                } else {
                    values.add(StoredValue.read(stored, now));
                }
            }
            return CompletableFuture.completedFuture(values);
        });
    }

    private CompletableFuture<List<byte[]>> mget(String pointer, List<String> names) {
        AsyncCommand<String, byte[], List<byte[]>> all = mgetCommand(pointer, names);
        connection.dispatch(all);
        return all.toCompletableFuture();
    }

    private static AsyncCommand<String, byte[], List<byte[]>> mgetCommand(String pointer, List<String> names) {
        return command(
                CommandType.MGET, new ValueListOutput<>(CODEC), args(pointer).addKeys(names));
    }

    /** The same where values do not tell how long they live: Redis is asked. */
    private CompletableFuture<@Nullable List<@Nullable FarValue>> valuesAndLives(
            String pointer, String generation, List<String> names) {
        // PTTL goes first: if another value comes between, the life left is the older one's, capped by the one that the
        // newer was given. MGET reads pointer and values in one instant.
        return limited(2 * names.size(), () -> getWithLives(pointer, generation, names));
    }

    private CompletableFuture<@Nullable List<@Nullable FarValue>> getWithLives(
            String pointer, String generation, List<String> names) {
        List<RedisCommand<String, byte[], ?>> commands = new ArrayList<>(names.size() + 1);
        List<AsyncCommand<String, byte[], Long>> lefts = new ArrayList<>(names.size());
        for (String name : names) {
            AsyncCommand<String, byte[], Long> left = command(CommandType.PTTL, new IntegerOutput<>(CODEC), args(name));
            commands.add(left);
            lefts.add(left);
        }
        AsyncCommand<String, byte[], List<byte[]>> all = mgetCommand(pointer, names);
        commands.add(all);
        connection.dispatch(commands);
        return all.thenApply(found -> {
                    if (!generation.equals(text(found.get(0)))) {
                        return null;
                    }
                    List<@Nullable FarValue> values = new ArrayList<>(names.size());
                    for (int i = 0; i < names.size(); i++) {
                        // The answers came in the order of the questions, so that this one is here already.
                        values.add(StoredValue.readAsked(
                                found.get(i + 1), lefts.get(i).join()));
                    }
                    return values;
                })
                .toCompletableFuture();
    }

    /** Stores each row where there is nothing under its key; the number of rows left alone. */
    CompletableFuture<Integer> storeAbsent(Map<String, FarValue> rows) {
        return limited(rows.size(), () -> store(rows));
    }

    private CompletableFuture<Integer> store(Map<String, FarValue> rows) {
        List<AsyncCommand<String, byte[], String>> commands = new ArrayList<>(rows.size());
        long now = clock.earliest(ticker.nanos());
        rows.forEach((key, row) -> {
            long lifeMillis = life(row);
            byte[] stored = StoredValue.write(row.bytes(), lifeMillis, now);
            CommandArgs<String, byte[]> args = args(key).addValue(stored).add("NX");
            if (lifeMillis > 0) {
                args.add("PX").add(lifeMillis);
            }
            commands.add(command(CommandType.SET, new StatusOutput<>(CODEC), args));
        });
        connection.dispatch(commands);
        return all(commands).thenApply(done -> (int)
                commands.stream().filter(command -> command.join() == null).count());
    }

    /** Completes when all of {@code stages} have, and fails as soon as one of them does. */
    static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> stages) {
        CompletableFuture<Void> all = CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
        stages.forEach(stage -> {
            var unused = stage.exceptionally(failure -> {
                all.completeExceptionally(failure);
                return null;
            });
        });
        return all;
    }

    /** What Redis is told of a value's life: -1 for no limit. */
    static long life(FarValue value) {
        long millis = value.leftMillis();
        if (millis != -1 && millis <= 0) {
            throw new IllegalArgumentException("leftMillis must be > 0, or -1 for no limit, but was " + millis);
        }
        return Math.min(millis, LONGEST_MILLIS);
    }

    private <T> CompletableFuture<T> run(Script script, ScriptOutputType type, List<String> keys, Object... arguments) {
        String[] keyArray = keys.toArray(String[]::new);
        byte[][] values = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            values[i] = arguments[i] instanceof byte[] bytes
                    ? bytes
                    : arguments[i].toString().getBytes(StandardCharsets.UTF_8);
        }
        CompletableFuture<T> known =
                redis().<T>evalsha(script.digest(), type, keyArray, values).toCompletableFuture();
        return known.exceptionallyCompose(failure -> {
            // The server restarted or somebody flushed its scripts: nothing was done, so the text may be sent.
            if (unwrap(failure) instanceof RedisNoScriptException) {
                return redis().<T>eval(script.lua(), type, keyArray, values);
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /** Sends {@code commands} commands, or a command with as many keys, unless too many wait for their answers already. */
    private <T extends @Nullable Object> CompletableFuture<T> limited(
            int commands, Supplier<CompletableFuture<T>> sending) {
        if (unanswered.addAndGet(commands) > MAX_UNANSWERED) {
            unanswered.addAndGet(-commands);
            return CompletableFuture.failedFuture(
                    new TierException("more than " + MAX_UNANSWERED + " commands and keys wait for an answer", null));
        }
        return sending.get().whenComplete((answer, failure) -> unanswered.addAndGet(-commands));
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.US_ASCII);
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static CommandArgs<String, byte[]> args(String key) {
        return new CommandArgs<>(CODEC).addKey(key);
    }

    private static <T> AsyncCommand<String, byte[], T> command(
            CommandType type, CommandOutput<String, byte[], T> output, CommandArgs<String, byte[]> args) {
        return new AsyncCommand<>(new Command<>(type, output, args));
    }
}
