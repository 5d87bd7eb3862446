package dev.larder.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.larder.failure.TierException;
import dev.larder.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The database behind a tier: a pool of connections, the threads that use them, and what is done when a statement loses a
 * race. Thread-safe.
 *
 * <p>Bounds: at most {@value #MAX_WAITING} operations wait; one that waited longer than {@value #MAX_WAIT_SECONDS} s is
 * refused unrun, for nobody waits for it any more; a passing failure is tried again up to {@value #MAX_TRIES} times; a
 * connection is waited for {@value #CONNECT_MILLIS} ms. Stages complete on the pool's threads.
 */
final class Database implements AutoCloseable {
    /** What is done with a connection. May run more than once. */
    @FunctionalInterface
    interface Work<T> {
        T with(Session session) throws SQLException;
    }

    /** What is done with a connection where there is nothing to answer. May run more than once. */
    @FunctionalInterface
    interface Step {
        void with(Session session) throws SQLException;
    }

    private static final int MAX_WAITING = 20_000;
    private static final int MAX_WAIT_SECONDS = 5;
    private static final int MAX_TRIES = 10;
    private static final int CONNECT_MILLIS = 1_000;
    /** For the bus and for the sweeper, which must not starve where operations fill the pool. */
    private static final int SPARE_CONNECTIONS = 2;

    private final String name;
    private final Trouble trouble;
    private final Schema schema;
    private final Ticker ticker;
    private final HikariDataSource pool;
    private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final ThreadPoolExecutor threads;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Starts nothing that needs the database to be there. */
    Database(JdbcAddress address, Ticker ticker) {
        this.name = address.toString();
        this.trouble = new Trouble(name, address.secrets());
        this.schema = new Schema(address.dialect(), address.options());
        this.ticker = ticker;
        this.pool = new HikariDataSource(settings(address));
        int size = address.options().pool();
        this.threads = new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, waiting, task -> {
            Thread thread = new Thread(task, "larder-jdbc");
            thread.setDaemon(true);
            return thread;
        });
        this.threads.allowCoreThreadTimeOut(true);
    }

    private static HikariConfig settings(JdbcAddress address) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("larder-jdbc");
        settings.setDriverClassName(driver(address.dialect()));
        settings.setJdbcUrl(address.driverUrl());
        settings.setDataSourceProperties(address.driverProperties());
        settings.setMaximumPoolSize(address.options().pool() + SPARE_CONNECTIONS);
        settings.setMinimumIdle(1);
        settings.setIdleTimeout(TimeUnit.MINUTES.toMillis(2));
        settings.setConnectionTimeout(CONNECT_MILLIS);
        settings.setValidationTimeout(CONNECT_MILLIS);
        settings.setInitializationFailTimeout(-1);
        settings.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        settings.setConnectionInitSql(address.dialect().sessionLimits());
        return settings;
    }

    private static String driver(Dialect dialect) {
        try {
            return Class.forName(dialect.driver()).getName();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "a SQL tier in " + dialect.scheme() + " needs its driver on the class path: add "
                            + dialect.artifact(),
                    e);
        }
    }

    String name() {
        return name;
    }

    /** Does {@code work}, each statement a transaction of its own. */
    <T> CompletableFuture<T> call(Work<T> work) {
        return submit(work, false);
    }

    /** Does {@code work} in one transaction. */
    <T> CompletableFuture<T> transact(Work<T> work) {
        return submit(work, true);
    }

    /** As {@link #call}, without an answer. */
    CompletableFuture<Void> run(Step step) {
        return call(answering(step)).thenAccept(done -> {});
    }

    /** As {@link #transact}, without an answer. */
    CompletableFuture<Void> runAsOne(Step step) {
        return transact(answering(step)).thenAccept(done -> {});
    }

    private static Work<Boolean> answering(Step step) {
        return session -> {
            step.with(session);
            return true;
        };
    }

    /** As {@link #call}, on the calling thread. Throws what {@link Trouble} makes of a failure. */
    <T> T callNow(Work<T> work) {
        return attempt(work, false);
    }

    private <T> CompletableFuture<T> submit(Work<T> work, boolean asOne) {
        Task<T> task = new Task<>(work, asOne);
        if (closed.get()) {
            task.refuse("is closed");
            return task.answer;
        }
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            task.refuse(closed.get() ? "is closed" : "has " + MAX_WAITING + " operations waiting already");
        }
        return task.answer;
    }

    /** An operation that waits for a thread, and its answer. */
    private final class Task<T> implements Runnable {
        final CompletableFuture<T> answer = new CompletableFuture<>();
        private final Work<T> work;
        private final boolean asOne;
        private final long sinceNanos = ticker.nanos();

        Task(Work<T> work, boolean asOne) {
            this.work = work;
            this.asOne = asOne;
        }

        void refuse(String reason) {
            answer.completeExceptionally(new TierException("tier " + name + " " + reason, null));
        }

        @Override
        public void run() {
            if (ticker.nanos() - sinceNanos > TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS)) {
                refuse("did not come to an operation within " + MAX_WAIT_SECONDS + " s");
                return;
            }
            T result;
            try {
                result = attempt(work, asOne);
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
                return;
            }
            answer.complete(result);
        }
    }

    private <T> T attempt(Work<T> work, boolean asOne) {
        for (int tries = 1; ; tries++) {
            try {
                return once(work, asOne);
            } catch (SQLException e) {
                boolean again = Trouble.isPassing(e) || (Trouble.isMissingTable(e) && schema.forget());
                if (!again || tries == MAX_TRIES) {
                    throw trouble.of(e);
                }
            } catch (RuntimeException e) {
                throw trouble.of(e);
            }
        }
    }

    private <T> T once(Work<T> work, boolean asOne) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            try {
                return with(connection, work, asOne);
            } catch (SQLException e) {
                if (Trouble.isReadOnly(e)) {
                    pool.evictConnection(connection); // to a server that is no longer, or not yet, the primary
                }
                throw e;
            }
        }
    }

    private <T> T with(Connection connection, Work<T> work, boolean asOne) throws SQLException {
        Session session = new Session(connection);
        schema.ensure(session);
        if (!asOne) {
            return work.with(session);
        }
        connection.setAutoCommit(false);
        try {
            T result = work.with(session);
            connection.commit();
            return result; // the pool puts auto-commit back
        } catch (SQLException | RuntimeException e) {
            rollBack(connection, e);
            throw e;
        }
    }

    private static void rollBack(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** Lets operations under way finish, on their threads; those that wait fail. Does not wait. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        threads.shutdown(); // not shutdownNow: an interrupt closes the file of an embedded H2
        List<Runnable> left = new ArrayList<>();
        waiting.drainTo(left);
        for (Runnable task : left) {
            if (task instanceof Task<?> refused) {
                refused.refuse("is closed");
            }
        }
        Thread closer = new Thread(pool::close, "larder-jdbc-close");
        closer.setDaemon(true);
        closer.start();
    }
}
