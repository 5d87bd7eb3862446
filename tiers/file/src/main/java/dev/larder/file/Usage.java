package dev.larder.file;

import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.file.Sealed.Kind;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much the files of the folder take up, all processes together. Thread-safe.
 *
 * <p>A file counts as the blocks of {@value #BLOCK} bytes that it fills, and as one if it is empty. Each process gathers
 * what it adds and removes, and brings it to a shared file when it is worth a lock: always when the folder is nearly full,
 * else every second, by the sweeper, and after a 64th of the bound. What a killed process had gathered is missing until
 * the sweeper counts anew. A 16th of the bound is kept free for that, so that it holds while few processes store at once;
 * with many it may be passed by a 64th, or a mebibyte if that is less, for each. Folders are not counted.
 */
final class Usage {
    static final int BLOCK = 4_096;
    private static final Logger LOG = System.getLogger(Usage.class.getName());

    private final Path file;
    private final Disk disk;
    private final Locks locks;
    private final long maxBytes;
    private final long worthBytes;
    private final AtomicLong gathered = new AtomicLong();
    private volatile long sharedBytes;
    private volatile boolean counted;

    Usage(Path folder, Disk disk, Locks locks, long maxBytes) {
        this.file = folder.resolve(Names.USAGE);
        this.disk = disk;
        this.locks = locks;
        this.maxBytes = maxBytes;
        this.worthBytes = Math.min(1 << 20, maxBytes / 64);
    }

    /** The bound, as this process was given it. */
    long maxBytes() {
        return maxBytes;
    }

    /** What a file of that length takes up. */
    static long allocated(long length) {
        return Math.max(1, (length + BLOCK - 1) / BLOCK) * BLOCK;
    }

    void added(long length) {
        gather(allocated(length));
    }

    void removed(long length) {
        gather(-allocated(length));
    }

    private void gather(long bytes) {
        if (Math.abs(gathered.addAndGet(bytes)) >= worthBytes) {
            bring();
        }
    }

    /** What is taken up, as far as this process knows. */
    long bytes() {
        return sharedBytes + gathered.get();
    }

    /** Whether a file of that length can be added; a 16th of the bound is left to what others have not brought yet. */
    boolean hasRoomFor(long length) {
        long needed = allocated(length);
        if (bytes() + needed > sweepAbove()) {
            bring();
        }
        return bytes() + needed <= maxBytes / 16 * 15;
    }

    /** From here on the sweeper makes room, down to {@link #sweepTo}. */
    long sweepAbove() {
        return maxBytes / 10 * 9;
    }

    long sweepTo() {
        return maxBytes / 10 * 8;
    }

    /** Whether somebody has counted the folder since its account was made. */
    boolean isCounted() {
        return counted;
    }

    /** Brings what was gathered to the shared account and learns of the others'; a failure leaves it for later. */
    void bring() {
        try (Held held = locks.hold(Guard.USAGE, 0)) {
            Objects.requireNonNull(held);
            long mine = gathered.get(); // only now, or two threads would bring the same
            Account account = Account.decode(disk.read(file));
            Account next = new Account(Math.max(0, account.bytes() + mine), account.isCounted());
            if (mine != 0) {
                disk.overwrite(file, next.encode());
                gathered.addAndGet(-mine);
            }
            learn(next);
        } catch (IOException e) { // only an account: no step must fail for it
            LOG.log(Level.DEBUG, "the account of what the folder takes up could not be kept", e);
        }
    }

    /** What the shared account said when it was last looked at. */
    long sharedBytes() {
        return sharedBytes;
    }

    /**
     * The folder was counted, and had {@code bytes}; {@code sharedBefore} is what the account said when the counting
     * began. What was added meanwhile may be counted twice: so the account errs on the safe side.
     */
    void count(long bytes, long sharedBefore) throws IOException {
        try (Held held = locks.hold(Guard.USAGE, 0)) {
            Objects.requireNonNull(held);
            long grown = Math.max(0, Account.decode(disk.read(file)).bytes() - sharedBefore);
            Account account = new Account(bytes + grown, true);
            disk.overwrite(file, account.encode());
            learn(account);
        }
    }

    private void learn(Account account) {
        sharedBytes = account.bytes();
        counted = account.isCounted();
    }

    private record Account(long bytes, boolean isCounted) {
        byte[] encode() {
            return Sealed.seal(
                    Sealed.begin(Kind.USAGE, Long.BYTES + 1).putLong(bytes).put((byte) (isCounted ? 1 : 0)));
        }

        static Account decode(byte @Nullable [] file) {
            ByteBuffer in = file == null ? null : Sealed.open(Kind.USAGE, file);
            return in == null || in.remaining() != Long.BYTES + 1
                    ? new Account(0, false)
                    : new Account(in.getLong(), in.get() == 1);
        }
    }
}
