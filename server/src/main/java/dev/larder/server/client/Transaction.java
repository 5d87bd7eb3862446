package dev.larder.server.client;

import java.util.ArrayList;
import java.util.List;

/** What one client does between {@code WATCH} or {@code MULTI} and {@code EXEC}. Confined to the connection's thread. */
public final class Transaction {
    /**
     * A key that is watched.
     *
     * @param version its entry's when it was, 0 where there was none
     */
    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    public record Watched(int database, byte[] key, long version) {}

    private final List<Queued> commands = new ArrayList<>();
    private final List<Watched> watched = new ArrayList<>();
    private long bytes;
    private boolean isOpen;
    private boolean isSpoilt;
    private boolean isRunning;

    /** Whether {@code MULTI} was said. */
    public boolean isOpen() {
        return isOpen;
    }

    /** Whether {@code EXEC} is running the commands. */
    public boolean isRunning() {
        return isRunning;
    }

    /** {@code EXEC} begins to run the commands, or is done. */
    public void running(boolean is) {
        isRunning = is;
    }

    /** {@code MULTI} was said. */
    public void open() {
        isOpen = true;
    }

    /** A command was refused: {@code EXEC} will do nothing. */
    public void spoil() {
        isSpoilt = isOpen;
    }

    /** Whether a command was refused. */
    public boolean isSpoilt() {
        return isSpoilt;
    }

    /** Has a command wait. */
    public void add(Queued queued, long itsBytes) {
        commands.add(queued);
        bytes += itsBytes;
    }

    /** The commands that wait. */
    public List<Queued> commands() {
        return commands;
    }

    /** What the commands hold of memory. */
    public long bytes() {
        return bytes;
    }

    /** The keys that are watched. */
    public List<Watched> watched() {
        return watched;
    }

    /** Forgets the commands and, unless {@code keepsWatching}, the keys. */
    public void end(boolean keepsWatching) {
        commands.clear();
        bytes = 0;
        isOpen = false;
        isSpoilt = false;
        if (!keepsWatching) {
            watched.clear();
        }
    }
}
