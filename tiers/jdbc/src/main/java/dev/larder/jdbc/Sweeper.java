package dev.larder.jdbc;

import dev.larder.tier.Later;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler.Scheduled;
import dev.larder.time.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Has what nobody needs removed, a few rows at a time: by one process at a time among all that use the tables, which holds
 * the duty in the database for {@value #DUTY_MILLIS} ms and renews it while it lives. Every process writes its own touches.
 *
 * <p>One step changes at most {@value Rubbish#ROWS_PER_STEP} rows of each kind and is followed by a pause, a short one
 * where more is left: so sweeping takes a bounded share of the database. Runs on the tier's threads, one step at a time.
 */
final class Sweeper implements AutoCloseable {
    static final long DUTY_MILLIS = 30_000;

    private static final Logger LOG = System.getLogger(Sweeper.class.getName());
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Database database;
    private final Touches touches;
    private final Rubbish rubbish;
    private final Culling culling;
    private final TagSweep tagSweep;
    private final Later later;
    private final byte[] holder = Tokens.next().getBytes(StandardCharsets.US_ASCII);
    private final String take;
    private final String make;
    private boolean degraded;
    private volatile Scheduled next = () -> {};
    private volatile boolean closed;

    Sweeper(Database database, JdbcAddress address, Touches touches, Later later, Ticker ticker) {
        Dialect dialect = address.dialect();
        Tables tables = address.options().tables();
        this.database = database;
        this.touches = touches;
        this.rubbish = new Rubbish(dialect, tables);
        this.culling = new Culling(address.options(), ticker);
        this.tagSweep = new TagSweep(dialect, address.options(), ticker);
        this.later = later;
        this.take = "UPDATE " + tables.duties() + " SET holder = ?, held_until = " + dialect.nowMillis() + " + "
                + dialect.number() + " WHERE duty = 'sweep' AND (holder = ? OR held_until <= " + dialect.nowMillis()
                + ")";
        this.make = "INSERT INTO " + tables.duties() + " (duty, held_until) SELECT 'sweep', 0" + dialect.fromNothing()
                + " WHERE NOT EXISTS (SELECT 1 FROM " + tables.duties() + " WHERE duty = 'sweep')";
    }

    /** Begins to sweep in a while. */
    void start() {
        // Not all processes of a fleet that was started at once in the same moment.
        next = later.schedule(
                this::run, IDLE_NANOS / 2 + ThreadLocalRandom.current().nextLong(IDLE_NANOS));
    }

    private void run() {
        if (closed) {
            return;
        }
        var unused = database.call(this::step).whenComplete((more, failure) -> {
            if (failure != null && !degraded) {
                LOG.log(Level.WARNING, "rows that are of no use stay for a while: " + failure.getMessage());
            }
            degraded = failure != null;
            if (!closed) {
                next = later.schedule(this::run, failure == null && more ? BUSY_NANOS : IDLE_NANOS);
            }
        });
    }

    /** One step; true where more is left. */
    boolean step(Session session) throws SQLException {
        touches.write(session);
        boolean more = !touches.isEmpty();
        if (!holdsDuty(session)) {
            return more;
        }
        more |= rubbish.step(session);
        more |= culling.step(session);
        more |= tagSweep.step(session); // the last: where users make the tables, those of tags may not be there yet
        return more;
    }

    private boolean holdsDuty(Session session) throws SQLException {
        if (session.update(take, holder, DUTY_MILLIS, holder) == 1) {
            return true;
        }
        return session.update(make) == 1 && session.update(take, holder, DUTY_MILLIS, holder) == 1;
    }

    @Override
    public void close() {
        closed = true;
        next.cancel();
    }
}
