package dev.larder.jdbc;

import dev.larder.bus.BusListener;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.Later;
import dev.larder.tier.TierFactory.Context;
import dev.larder.time.Ticker;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A SQL database as a tier. Thread-safe.
 *
 * <p>Holds a pool of connections for operations, a thread that reads the bus, one that listens for notifications where the
 * database has them, and a sweeper. Operations run on the pool's threads, as many at once as there are connections.
 */
final class JdbcTier implements FarTier {
    private final JdbcAddress address;
    private final Database database;
    private final EntrySql sql;
    private final Touches touches;
    private final Ticker ticker;
    private final Later later;
    private final Bus bus;
    private final Sweeper sweeper;
    private final @Nullable AutoCloseable ear;
    private final AtomicBoolean closed = new AtomicBoolean();

    private JdbcTier(JdbcAddress address, Context context) {
        this.address = address;
        this.ticker = context.ticker();
        this.later = new Later(context.scheduler());
        this.database = new Database(address, ticker);
        Tables tables = address.options().tables();
        this.sql = new EntrySql(address.dialect(), tables);
        this.touches = new Touches(tables);
        this.bus = new Bus(database, tables, later);
        this.sweeper = new Sweeper(database, address, touches, later, ticker);
        this.ear = address.dialect() == Dialect.POSTGRESQL ? listening(address, later, bus) : null;
    }

    private static AutoCloseable listening(JdbcAddress address, Later later, Bus bus) {
        PostgresEar ear = new PostgresEar(address, later, bus::wake);
        ear.open();
        return ear;
    }

    /** Starts to connect and returns at once. */
    static JdbcTier open(JdbcAddress address, Context context) {
        JdbcTier tier = new JdbcTier(address, context);
        tier.sweeper.start();
        return tier;
    }

    @Override
    public String name() {
        return address.toString();
    }

    /** Two tiers of one database may have other tables. */
    @Override
    public String identity() {
        return name() + '#' + address.options().tables().prefix() + '#' + address.schema();
    }

    @Override
    public FarCache cache(FarCacheOptions options, BusListener listener) {
        if (closed.get()) {
            throw new IllegalStateException(
                    "tier " + name() + " is closed; cache '" + options.cache() + "' has no use of it");
        }
        return new JdbcCache(this, options, listener);
    }

    @Override
    public CompletionStage<Void> ping() {
        return database.run(session -> session.run("SELECT 1"));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        sweeper.close();
        if (ear instanceof PostgresEar listening) {
            listening.close();
        }
        bus.close();
        database.close();
    }

    JdbcAddress address() {
        return address;
    }

    Database database() {
        return database;
    }

    EntrySql sql() {
        return sql;
    }

    Touches touches() {
        return touches;
    }

    Ticker ticker() {
        return ticker;
    }

    Later later() {
        return later;
    }

    Bus bus() {
        return bus;
    }
}
