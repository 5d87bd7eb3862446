package dev.larder.server.client;

import dev.larder.protocol.resp.ReplyWriter;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection as commands see it. Changed by the connection's own thread only; other threads may read what describes
 * it, which may be a moment old.
 */
public final class Client {
    /** Which commands are answered. */
    public enum Replies {
        /** All. */
        ON,
        /** None. */
        OFF,
        /** Not the next one. */
        SKIP_NEXT,
        /** Not this one. */
        SKIP
    }

    private final long id;
    private final Line line;
    private final Origin origin;
    private final ReplyWriter out;
    private final Transaction transaction = new Transaction();
    private final Set<Key> channels = new LinkedHashSet<>();
    private final Set<Key> patterns = new LinkedHashSet<>();
    private final Set<Key> shardChannels = new LinkedHashSet<>();
    private volatile String name = "";
    private volatile String library = "";
    private volatile String libraryVersion = "";
    private volatile String lastCommand = "NULL";
    private volatile int database;
    private volatile int listening;
    private volatile boolean isThree;
    private volatile boolean isAuthenticated;
    private volatile @Nullable Waiter waiter;
    private long lastHeardMillis;
    private Replies replies = Replies.ON;
    private boolean isUntouching;
    private volatile @Nullable Tracking tracking;
    private volatile boolean isRedirectBroken;
    private boolean isCaching;
    private volatile @Nullable Object user;
    private int failures;
    private @Nullable CompletableFuture<?> awaited;

    /**
     * Where a connection came from.
     *
     * @param remote address and port of the other end
     * @param local address and port of this end
     * @param sinceMillis time of day when it began
     */
    public record Origin(String remote, String local, long sinceMillis) {}

    public Client(long id, Line line, Origin origin, ReplyWriter out) {
        this.id = id;
        this.line = line;
        this.origin = origin;
        this.out = out;
        this.lastHeardMillis = origin.sinceMillis();
    }

    /** A number that no other connection has had. */
    public long id() {
        return id;
    }

    /** Its connection. */
    public Line line() {
        return line;
    }

    /** Where it came from. */
    public Origin origin() {
        return origin;
    }

    /** Where its replies go. */
    public ReplyWriter out() {
        return out;
    }

    /** Its transaction. */
    public Transaction transaction() {
        return transaction;
    }

    /** The channels it listens to. */
    public Set<Key> channels() {
        return channels;
    }

    /** The patterns of channels it listens to. */
    public Set<Key> patterns() {
        return patterns;
    }

    /** The shard channels it listens to. */
    public Set<Key> shardChannels() {
        return shardChannels;
    }

    /** Says how many channels and patterns it listens to now, for other threads. */
    public void listens() {
        listening = channels.size() + patterns.size() + shardChannels.size();
    }

    /** Whether it listens to anything. */
    public boolean isListening() {
        return listening > 0;
    }

    /** How many channels, patterns and shard channels it listens to. */
    public int listening() {
        return listening;
    }

    /** Its command that waits for a key, or null. */
    public @Nullable Waiter waiter() {
        return waiter;
    }

    public void waiter(@Nullable Waiter waiting) {
        waiter = waiting;
    }

    /** Whether a command of it waits for a key. */
    public boolean isWaiting() {
        return waiter != null;
    }

    /** Its name; empty for none. */
    public String name() {
        return name;
    }

    public void name(String newName) {
        name = newName;
    }

    /** The client library's name; empty for none. */
    public String library() {
        return library;
    }

    public void library(String newName) {
        library = newName;
    }

    /** The client library's version; empty for none. */
    public String libraryVersion() {
        return libraryVersion;
    }

    public void libraryVersion(String newVersion) {
        libraryVersion = newVersion;
    }

    /** The name of its last command. */
    public String lastCommand() {
        return lastCommand;
    }

    /** It sent a command. */
    @SuppressWarnings("ReferenceEquality") // the very same name is what need not be written again
    public void heard(String command) {
        if (lastCommand != command) {
            lastCommand = command;
        }
    }

    /** Its database. */
    public int database() {
        return database;
    }

    public void database(int number) {
        database = number;
    }

    /** Whether it speaks RESP3. */
    public boolean isThree() {
        return isThree;
    }

    /** Speaks RESP3 from now on, or RESP2. */
    public void three(boolean is) {
        isThree = is;
        out.three(is);
    }

    /** Whether it has logged in, or need not. */
    public boolean isAuthenticated() {
        return isAuthenticated;
    }

    public void authenticated(boolean is) {
        isAuthenticated = is;
        line.authenticated(is);
    }

    /** Who it is logged in as, to whoever says so; null before that. */
    public @Nullable Object user() {
        return user;
    }

    public void user(Object who) {
        user = who;
    }

    /** A wrong password came; how many did. */
    public int failed() {
        return ++failures;
    }

    /** How it is told of changes to what it caches; null if it is not. */
    public @Nullable Tracking tracking() {
        return tracking;
    }

    public void tracking(@Nullable Tracking how) {
        tracking = how;
        isCaching = false;
        isRedirectBroken = false;
    }

    /** Whether the connection that was to be told in its place has gone. */
    public boolean isRedirectBroken() {
        return isRedirectBroken;
    }

    /** The connection that was to be told in its place has gone. Any thread. */
    public void redirectBroken() {
        isRedirectBroken = true;
    }

    /** Whether {@code CLIENT CACHING} was said of its next command. */
    public boolean isCaching() {
        return isCaching;
    }

    public void caching(boolean is) {
        isCaching = is;
    }

    /** What its command waits for, between its tries; null for nothing. */
    public @Nullable CompletableFuture<?> awaited() {
        return awaited;
    }

    public void awaited(@Nullable CompletableFuture<?> work) {
        awaited = work;
    }

    /** Which commands are answered. */
    public Replies replies() {
        return replies;
    }

    public void replies(Replies which) {
        replies = which;
    }

    /** Whether its reads do not count for eviction. */
    public boolean isUntouching() {
        return isUntouching;
    }

    public void untouching(boolean is) {
        isUntouching = is;
    }

    /** Time of day when bytes of it came last. */
    public long lastHeardMillis() {
        return lastHeardMillis;
    }

    public void heardAt(long millis) {
        lastHeardMillis = millis;
    }
}
