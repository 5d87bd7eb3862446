package dev.larder.stack;

import dev.larder.bus.BusListener;
import dev.larder.bus.BusRelay;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * A row of shared tiers as one {@link FarTier}: the last one is the <em>back</em>, which all processes share, those before it
 * are <em>fronts</em>, which are quicker to reach and hold copies.
 *
 * <p>Whatever has to hold between processes is the back's affair: leases of loads and writes, generations and rebuilds, tags,
 * the bus. So a stack promises what its back does, but for one thing: a read that a front answers may be as old as one
 * that memory answers, that is, no older than the removals that had returned {@code maxSilence} ago. Where this process, or
 * another that shares the front, removed the value and could reach the front, the removal holds at once.
 *
 * <p>Four rules make it safe; {@code models/stack.pml} has them, with a mutant for each.
 *
 * <ol>
 *   <li>A front takes a copy only under a lease of its own that was there before the copy was read from behind it. A removal
 *       goes to the back first and then to the fronts, the farthest first, and destroys their leases.
 *   <li>Each process removes from its fronts whatever the back's bus names, and goes around them for these keys until that is
 *       done. So a front answers only what this process has proof of.
 *   <li>A process trusts a front from the moment it has emptied it, after it began to hear the bus: when it starts, after a gap
 *       of the bus, after a removal from the front that failed. Until then it goes around it.
 *   <li>It trusts a front only while it trusts those behind it: another process could copy from there what is old.
 * </ol>
 *
 * <p>A front that fails, hangs or is full costs reads its time-out at most and then nothing: they go on behind it. The
 * copies lie in a namespace that is made of the names of the tiers behind, so that only stacks that are alike share them.
 * Thread-safe.
 */
public final class StackTier implements FarTier {
    /** The most shared tiers that can stand in a row. */
    public static final int MOST_TIERS = 3;

    private final List<FarTier> fronts;
    private final FarTier back;
    private final Context context;
    private final long tierTimeoutNanos;

    private StackTier(List<FarTier> tiers, Context context, long tierTimeoutNanos) {
        this.fronts = List.copyOf(tiers.subList(0, tiers.size() - 1));
        this.back = tiers.get(tiers.size() - 1);
        this.context = context;
        this.tierTimeoutNanos = tierTimeoutNanos;
    }

    /**
     * One tier out of {@code tiers}, nearest first, which it closes when it is closed. Fronts are waited for so much shorter
     * that one that hangs leaves time for those behind it within {@code tierTimeoutNanos}.
     *
     * @throws IllegalArgumentException if their order makes no sense; then they stay open
     */
    public static FarTier of(List<FarTier> tiers, Context context, long tierTimeoutNanos) {
        if (tiers.isEmpty() || tiers.size() > MOST_TIERS) {
            throw new IllegalArgumentException(
                    "1 to " + MOST_TIERS + " shared tiers can stand in a row but there were " + tiers.size());
        }
        for (int i = 1; i < tiers.size(); i++) {
            FarTier tier = tiers.get(i);
            if (tier.isLocal()) {
                throw new IllegalArgumentException("tier " + tier.name() + " is shared by the processes of one machine"
                        + " only, so it must be the nearest shared tier, but stood behind "
                        + tiers.get(i - 1).name());
            }
            if (names(tiers.subList(0, i)).contains(tier.name())) {
                throw new IllegalArgumentException(
                        "a tier can stand in a row once but " + tier.name() + " stood there twice");
            }
        }
        return tiers.size() == 1 ? tiers.get(0) : new StackTier(tiers, context, tierTimeoutNanos);
    }

    private static List<String> names(List<FarTier> tiers) {
        return tiers.stream().map(FarTier::name).toList();
    }

    @Override
    public String name() {
        return fronts.stream().map(FarTier::name).collect(Collectors.joining(" over ")) + " over " + back.name();
    }

    @Override
    public FarCache cache(FarCacheOptions options, BusListener listener) {
        List<Front> opened = new ArrayList<>();
        BusRelay relay = new BusRelay();
        try {
            for (int i = 0; i < fronts.size(); i++) {
                opened.add(open(i, options, relay));
            }
            Fronts all = new Fronts(opened, new Clock(context, options));
            FarCache entries = back.cache(options, new FrontListener(all, listener));
            relay.connect(new GapListener(all)); // until now nothing is trusted
            all.open();
            return new StackCache(all, entries);
        } catch (RuntimeException e) {
            opened.forEach(front -> front.cache().close());
            throw e;
        }
    }

    private Front open(int index, FarCacheOptions options, BusListener listener) {
        FarTier tier = fronts.get(index);
        StringBuilder behind = new StringBuilder(options.namespace());
        fronts.subList(index + 1, fronts.size())
                .forEach(each -> behind.append('\0').append(each.identity()));
        behind.append('\0').append(back.identity());
        FarCacheOptions own = new FarCacheOptions(
                options.cache(), namespace(behind.toString()), options.maxSilenceNanos(), options.ticker());
        return new Front(tier, tier.cache(own, listener), context, new Front.Patience(fronts.size(), tierTimeoutNanos));
    }

    private static String namespace(String behind) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(behind.getBytes(StandardCharsets.UTF_8));
            return "front-" + HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) { // every JDK has it
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** Completes when each of the tiers has answered; fails with the first of those that does not. */
    @Override
    public CompletionStage<Void> ping() {
        CompletionStage<Void> answered = back.ping();
        for (FarTier front : fronts) {
            CompletionStage<Void> other = front.ping();
            answered = answered.thenCompose(ignored -> other);
        }
        return answered;
    }

    @Override
    public boolean isLocal() {
        return back.isLocal();
    }

    @Override
    public void close() {
        List<FarTier> all = new ArrayList<>(fronts);
        all.add(back);
        RuntimeException failure = null;
        for (FarTier tier : all) {
            try {
                tier.close();
            } catch (RuntimeException e) { // the others must be let go of all the same
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What has been done. */
    static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
