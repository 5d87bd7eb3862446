package dev.larder.testkit;

import dev.larder.bus.BusListener;
import dev.larder.failure.TierException;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A far tier that misbehaves when told to: between a cache and any other tier it fails calls, never answers, answers
 * late, loses answers, damages values and holds up the bus; and it counts and lists the calls.
 *
 * <pre>{@code
 * FaultyTier tier = new FaultyTier(server.connect("one"));
 * tier.inflict(Fault.FAIL);                              // every call
 * tier.inflict(Fault.HOLD_ANSWER, Operation.GET);        // the answers to GET, until tier.release()
 * tier.heal();
 * }</pre>
 *
 * <p>Thread-safe: guarded by this object's lock, which is never held while a call goes on to the tier behind or an answer
 * to its caller.
 */
public final class FaultyTier implements FarTier {
    /** What a far tier is asked to do. */
    public enum Operation {
        GET,
        GET_ALL,
        ACQUIRE,
        FILL,
        RENEW,
        RELEASE,
        INVALIDATE,
        EXPIRE,
        RETIRE,
        BEGIN_WRITE,
        COMMIT_WRITE,
        CLEAR,
        REBUILD,
        REBUILD_WRITE,
        REBUILD_COMMIT,
        REBUILD_ABORT,
        TAG_CLOCK,
        TAG_READ,
        TAG_CHANGE,
        PUBLISH,
        PING
    }

    /** What goes wrong with a call. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** The stage fails at once; the tier behind is not asked. */
        FAIL,
        /** The call throws instead of giving a stage, as no tier should. */
        THROW,
        /** The tier behind does what it is asked, then the stage fails: whoever called cannot know that it was done. */
        LOSE_ANSWER,
        /** The tier behind is not asked, and the stage never completes. */
        HANG,
        /** The tier behind is asked when {@link #release} is called, not before. */
        HOLD_REQUEST,
        /** The tier behind is asked at once; its answer reaches the caller when {@link #release} is called. */
        HOLD_ANSWER
    }

    /** One call that reached this tier: of {@code keys}, or of none where the operation has no keys. */
    public record Call(Operation operation, List<String> keys) {}

    private final FarTier behind;
    private final Map<Operation, Fault> faults = new EnumMap<>(Operation.class);
    private final List<Call> calls = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private final List<FaultyBus> buses = new CopyOnWriteArrayList<>();
    private int failuresLeft = Integer.MAX_VALUE;
    private volatile UnaryOperator<byte[]> damage = UnaryOperator.identity();

    /** Passes everything on to {@code behind}, until told otherwise. */
    public FaultyTier(FarTier behind) {
        this.behind = behind;
    }

    /** From now on {@code fault} befalls every call of {@code operations}; of all operations, where none is named. */
    public synchronized void inflict(Fault fault, Operation... operations) {
        Set<Operation> chosen =
                operations.length == 0 ? EnumSet.allOf(Operation.class) : EnumSet.copyOf(List.of(operations));
        chosen.forEach(operation -> faults.put(operation, fault));
        failuresLeft = Integer.MAX_VALUE;
    }

    /** As {@link #inflict}, but for the next {@code times} calls only. */
    public synchronized void inflictNext(int times, Fault fault, Operation... operations) {
        inflict(fault, operations);
        failuresLeft = times;
    }

    /** Ends every fault; requests and answers held are let go. Bus and values are not touched. */
    public void heal() {
        synchronized (this) {
            faults.clear();
        }
        release();
    }

    /** Lets go, in their order, the requests and answers held so far; later ones are held again. */
    public void release() {
        List<Runnable> letGo;
        synchronized (this) {
            letGo = List.copyOf(held);
            held.clear();
        }
        letGo.forEach(Runnable::run);
    }

    /** How many requests and answers are held now. */
    public synchronized int held() {
        return held.size();
    }

    /** From now on every value read comes with its bytes changed by {@code damage}, which gets a copy. */
    public void damageValues(UnaryOperator<byte[]> damage) {
        this.damage = damage;
    }

    /** From now on one bit of every value read is wrong. */
    public void flipBits() {
        damageValues(bytes -> {
            bytes[bytes.length - 1] ^= 0x40;
            return bytes;
        });
    }

    /** Holds up this process's messages and proofs of silence, as a connection does that is half open. */
    public void cutBus() {
        buses.forEach(FaultyBus::cut);
    }

    /** Ends a {@link #cutBus}: what was held up is delivered, in order, before the next proof. */
    public void healBus() {
        buses.forEach(FaultyBus::replay);
    }

    /** Ends a {@link #cutBus} with the loss of what was held up: the listener is told of the gap. */
    public void healBusWithGap() {
        buses.forEach(FaultyBus::forget);
    }

    /** How many calls of any of {@code operations} came; of all, where none is named. */
    public int calls(Operation... operations) {
        List<Operation> counted = List.of(operations);
        return (int) log().stream()
                .filter(call -> counted.isEmpty() || counted.contains(call.operation()))
                .count();
    }

    /** Every call since the start or the last {@link #resetLog}, in order. */
    public synchronized List<Call> log() {
        return List.copyOf(calls);
    }

    /** Forgets the calls so far. */
    public synchronized void resetLog() {
        calls.clear();
    }

    @Override
    public String name() {
        return behind.name();
    }

    @Override
    public FarCache cache(FarCacheOptions options, BusListener listener) {
        FaultyBus bus = new FaultyBus(listener);
        buses.add(bus);
        return new FaultyFarCache(this, behind.cache(options, bus), bus);
    }

    @Override
    public CompletionStage<Void> ping() {
        return call(Operation.PING, List.of(), behind::ping);
    }

    @Override
    public void close() {
        behind.close();
    }

    byte[] damaged(byte[] bytes) {
        return damage.apply(bytes.clone());
    }

    <T extends @Nullable Object> CompletionStage<T> call(
            Operation operation, Collection<String> keys, Supplier<CompletionStage<T>> action) {
        return switch (note(operation, keys)) {
            case NONE -> action.get();
            case FAIL -> CompletableFuture.failedFuture(failure(operation));
            case THROW -> throw failure(operation);
            case LOSE_ANSWER ->
                action.get().thenApply(done -> {
                    throw failure(operation);
                });
            case HANG -> new CompletableFuture<>();
            case HOLD_REQUEST -> holdRequest(action);
            case HOLD_ANSWER -> holdAnswer(action.get());
        };
    }

    private synchronized Fault note(Operation operation, Collection<String> keys) {
        calls.add(new Call(operation, List.copyOf(keys)));
        Fault fault = faults.getOrDefault(operation, Fault.NONE);
        if (fault == Fault.NONE || failuresLeft == Integer.MAX_VALUE) {
            return fault;
        }
        return failuresLeft-- > 0 ? fault : Fault.NONE;
    }

    private TierException failure(Operation operation) {
        return new TierException("tier '" + name() + "' failed " + operation + ", as a test told it to", null);
    }

    private <T extends @Nullable Object> CompletionStage<T> holdRequest(Supplier<CompletionStage<T>> action) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        hold(() -> passOn(action.get(), answer));
        return answer;
    }

    private <T extends @Nullable Object> CompletionStage<T> holdAnswer(CompletionStage<T> given) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        hold(() -> passOn(given, answer));
        return answer;
    }

    private synchronized void hold(Runnable action) {
        held.add(action);
    }

    private static <T extends @Nullable Object> void passOn(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }
}
