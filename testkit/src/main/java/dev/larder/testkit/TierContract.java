package dev.larder.testkit;

/**
 * What every {@link dev.larder.tier.FarTier} must do: the claims of its Javadoc, and of {@link dev.larder.tier.FarCache},
 * {@link dev.larder.tier.FarRebuild} and {@link dev.larder.bus.BusListener}, as tests. A tier's own tests extend it:
 *
 * <pre>{@code
 * final class RedisTierContractTest extends TierContract {
 *     @Override
 *     protected FarTier openTier() {
 *         return new RedisTier(server.uri());       // one more process on the same server
 *     }
 * }
 * }</pre>
 *
 * <p>Several "processes" are several tiers opened in this one. Each test has a namespace of its own, so that all can share
 * one server and none needs it to be empty. Time passes by {@link #pass}: really, unless a fake clock is moved instead.
 * Races are run {@link #rounds} times with seeds that are printed, see {@link Seed}.
 *
 * <p>A tier must pass every test to be usable under a near tier; there are no optional ones. The test claims are in the
 * superclasses: entries, leases, bus, positions, rebuilds, races.
 */
public abstract class TierContract extends TierRaceClaims {
    /** For subclasses, which JUnit makes. */
    protected TierContract() {}
}
