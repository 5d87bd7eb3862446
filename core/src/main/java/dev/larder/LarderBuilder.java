package dev.larder;

import dev.larder.load.LoadExecutors;
import dev.larder.stack.StackTier;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.PacedTicker;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Describes a {@link Larder}. For one thread; used once. */
public final class LarderBuilder {
    /** The bound of a near tier whose URI names none. */
    static final long DEFAULT_NEAR_BYTES = 64L << 20;

    private List<String> tiers = List.of("memory:64MiB");
    private @Nullable FarTier farTier;
    private String namespace = "larder";
    private @Nullable Ticker ticker;
    private @Nullable Scheduler scheduler;
    private @Nullable Executor executor;
    private Duration tierTimeout = Duration.ofMillis(500);
    private Duration maxSilence = Duration.ofSeconds(2);

    LarderBuilder() {}

    /** The tiers by their URIs, nearest first: at most one {@code memory:} and up to three shared tiers behind it. */
    public LarderBuilder tiers(String... uris) {
        tiers = List.of(uris);
        return this;
    }

    /** A shared tier made by hand, the farthest one: it stands behind those named by URIs. The Larder closes it. */
    public LarderBuilder farTier(FarTier tier) {
        farTier = Objects.requireNonNull(tier, "farTier");
        return this;
    }

    /** Separates applications that share a server: letters, digits and {@code . _ -}. Default: {@code larder}. */
    public LarderBuilder namespace(String name) {
        namespace = Names.check("namespace", name);
        return this;
    }

    /** The clock. Default: the system's. */
    public LarderBuilder ticker(Ticker clock) {
        ticker = Objects.requireNonNull(clock, "ticker");
        return this;
    }

    /** The timer; the caller closes it. Default: one daemon thread of the Larder's own. */
    public LarderBuilder scheduler(Scheduler timer) {
        scheduler = Objects.requireNonNull(timer, "scheduler");
        return this;
    }

    /**
     * Runs refreshes, timed loads, async calls and listeners; the caller shuts it down. Default: a virtual thread for
     * each, or 64 daemon threads on a JDK before 21.
     */
    public LarderBuilder executor(Executor threads) {
        executor = Objects.requireNonNull(threads, "executor");
        return this;
    }

    /** The longest wait for one answer of a shared tier. Default: 500 ms. */
    public LarderBuilder tierTimeout(Duration timeout) {
        tierTimeout = positive("tierTimeout", timeout);
        return this;
    }

    /** How long the near tier is trusted after the bus's last proof that nothing was missed. Default: 2 seconds. */
    public LarderBuilder maxSilence(Duration silence) {
        maxSilence = positive("maxSilence", silence);
        return this;
    }

    private static Duration positive(String setting, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(setting + " must be > 0 but was " + duration);
        }
        return duration;
    }

    /**
     * Opens the tiers. A shared tier that is away is no failure: it is used as soon as it answers.
     *
     * @throws IllegalArgumentException if a URI is wrong, names a tier that no jar on the class path knows, or the order
     *     of tiers makes no sense
     */
    public Larder open() {
        long nearBytes = nearBytes();
        Scheduler ownScheduler = scheduler == null ? Scheduler.system("larder-timer") : null;
        Scheduler usedScheduler = scheduler == null ? Objects.requireNonNull(ownScheduler) : scheduler;
        Ticker usedTicker = ticker();
        FarTier far;
        try {
            far = openFarTier(usedTicker, usedScheduler);
        } catch (RuntimeException e) {
            if (ownScheduler != null) {
                ownScheduler.close();
            }
            throw e;
        }
        ExecutorService ownExecutor = executor == null ? LoadExecutors.create() : null;
        Executor usedExecutor = executor == null ? Objects.requireNonNull(ownExecutor) : executor;
        Larder.Parts parts = new Larder.Parts(
                namespace,
                nearBytes,
                far,
                usedTicker,
                usedScheduler,
                usedExecutor,
                Durations.nanos(tierTimeout),
                Durations.nanos(maxSilence));
        return new Larder(parts, ownScheduler, ownExecutor);
    }

    /** A Larder with a timer of its own can pace its clock by it. */
    private Ticker ticker() {
        if (ticker != null) {
            return ticker;
        }
        return scheduler == null ? new PacedTicker() : Ticker.system();
    }

    /** The near tier's bytes; zero where there is none. */
    private long nearBytes() {
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("a Larder needs at least one tier, such as 'memory:64MiB'");
        }
        long bytes = 0;
        for (int i = 0; i < tiers.size(); i++) {
            TierUri uri = TierUri.parse(tiers.get(i));
            if (!uri.scheme().equals("memory")) {
                continue;
            }
            if (i > 0) {
                throw new IllegalArgumentException(
                        "memory: is the nearest tier and must come first, once, but stood at" + " place " + (i + 1));
            }
            bytes = uri.rest().isEmpty() ? DEFAULT_NEAR_BYTES : ByteSize.parse(uri.rest());
        }
        return bytes;
    }

    /** All shared tiers as one; null where there is none. */
    private @Nullable FarTier openFarTier(Ticker clock, Scheduler timer) {
        TierFactory.Context context = new TierFactory.Context(clock, timer);
        List<FarTier> opened = new ArrayList<>();
        try {
            for (String text : tiers) {
                TierUri uri = TierUri.parse(text);
                if (!uri.scheme().equals("memory")) {
                    opened.add(openTier(uri, context));
                }
            }
            List<FarTier> row = new ArrayList<>(opened);
            if (farTier != null) {
                row.add(farTier);
            }
            return row.isEmpty() ? null : StackTier.of(row, context, Durations.nanos(tierTimeout));
        } catch (RuntimeException e) {
            for (FarTier tier : opened) {
                try {
                    tier.close();
                } catch (RuntimeException another) {
                    e.addSuppressed(another);
                }
            }
            throw e;
        }
    }

    private static FarTier openTier(TierUri uri, TierFactory.Context context) {
        TreeSet<String> known = new TreeSet<>(List.of("memory"));
        for (TierFactory factory : ServiceLoader.load(TierFactory.class)) {
            if (factory.schemes().contains(uri.scheme())) {
                return factory.open(uri, context);
            }
            known.addAll(factory.schemes());
        }
        throw new IllegalArgumentException("tier '" + uri + "' has a scheme that is not known here; known are " + known
                + ". Add the jar of the tier you mean, such as larder-redis.");
    }
}
