package dev.larder.server.rdb;

import dev.larder.server.store.Entry;
import dev.larder.server.store.Limits;
import dev.larder.server.store.Loading;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.OutOfRoomException;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes the entries of a dump file of Redis into a store that clients use, by the rules of {@link Loading}. Its sum is looked
 * at first, so that a file that was cut off or damaged brings nothing in. A collection of any length is put together unseen,
 * some items at a time. Confined to one thread.
 */
public final class RdbFile implements AutoCloseable {
    private static final String MAGIC = "REDIS";
    private static final int HEAD = 9;
    private static final int SUMMED_SINCE = 5;
    private static final int PIECE = 1 << 16;
    private static final int STEP_ENTRIES = 1 << 16;
    private static final int MILLIS = 1_000;
    private static final int SLOT_INFO = 244;
    private static final int FUNCTION = 245;
    private static final int MODULE = 247;
    private static final int IDLE = 248;
    private static final int FREQUENCY = 249;
    private static final int NOTE = 250;
    private static final int SIZES = 251;
    private static final int EXPIRES_MILLIS = 252;
    private static final int EXPIRES_SECONDS = 253;
    private static final int DATABASE = 254;
    private static final int END = 255;

    private final long bytes;
    private final Loading loading;
    private final Entry entry;
    private final long now;
    private final Counts counts = new Counts();
    private long database;

    /** What became of a file's entries so far. */
    public static final class Counts {
        private long entries;
        private long loaded;
        private long expired;
        private long superseded;
        private long noRoom;
        private final Map<String, Long> unkept = new TreeMap<>();

        /** How many were read. */
        public long entries() {
            return entries;
        }

        /** How many are in the store. */
        public long loaded() {
            return loaded;
        }

        /** Whose time was over. */
        public long expired() {
            return expired;
        }

        /** Whose key clients had used meanwhile. */
        public long superseded() {
            return superseded;
        }

        /** For which nothing would have been evicted. */
        public long noRoom() {
            return noRoom;
        }

        /** Those that this server cannot keep, by kind; in words. */
        public String unkept() {
            return unkept.isEmpty()
                    ? "none"
                    : String.join(
                            ", ",
                            unkept.entrySet().stream()
                                    .map(each -> each.getValue() + " " + each.getKey())
                                    .toList());
        }
    }

    /** Hears how far it is. */
    @FunctionalInterface
    public interface Listener {
        /** So many bytes were read. */
        void reached(long bytes, Counts counts);
    }

    private RdbFile(OffHeapStore store, long bytes) {
        this.bytes = bytes;
        this.loading = store.load();
        this.entry = store.entry();
        this.now = store.now();
    }

    /** Whether a file begins as Redis's dumps do. */
    public static boolean isOne(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(MAGIC.length()), StandardCharsets.ISO_8859_1).equals(MAGIC);
        }
    }

    /**
     * Takes a file's entries in. Blocks until that is done.
     *
     * @throws RdbException if it is none, is damaged, or of a version that is not known; nothing was loaded then, unless its
     *     sum is right and its content is not
     * @throws IllegalStateException if the store is loading already, or is closed meanwhile
     */
    public static Counts load(OffHeapStore store, Path path, Listener listener) throws IOException {
        check(path);
        try (InputStream in = Files.newInputStream(path);
                RdbFile file = new RdbFile(store, Files.size(path))) {
            RdbInput input = new RdbInput(in, Limits.MAX_VALUE_BYTES, Long.MAX_VALUE);
            input.skip(HEAD);
            file.entries(input, listener);
            return file.counts;
        }
    }

    /** Looks at head, end and sum. */
    private static void check(Path path) throws IOException {
        long size = Files.size(path);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(HEAD);
            String text = new String(head, StandardCharsets.ISO_8859_1);
            if (!text.matches(MAGIC + "\\d{4}")) {
                throw new RdbException("must begin with REDIS and a version but begins with other bytes");
            }
            int version = Integer.parseInt(text.substring(MAGIC.length()));
            if (version < 1 || version > RdbValues.NEWEST) {
                throw new RdbException(
                        "must be of a version up to " + RdbValues.NEWEST + " but is of version " + version);
            }
            if (version >= SUMMED_SINCE) {
                checkSum(in, head, size);
            }
        }
    }

    private static void checkSum(InputStream in, byte[] head, long size) throws IOException {
        long sum = Crc64.of(0, head, 0, head.length);
        long left = size - HEAD - Long.BYTES;
        byte[] piece = new byte[PIECE];
        int last = 0;
        while (left > 0) {
            int count = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (count < 0) {
                break;
            }
            sum = Crc64.of(sum, piece, 0, count);
            last = piece[count - 1] & 0xFF;
            left -= count;
        }
        byte[] foot = in.readNBytes(Long.BYTES);
        long written = 0;
        for (int i = foot.length - 1; i >= 0; i--) {
            written = written << Byte.SIZE | (foot[i] & 0xFF);
        }
        boolean isWhole = foot.length == Long.BYTES && last == END;
        if (!isWhole || (written != 0 && written != sum)) {
            throw new RdbException(
                    isWhole
                            ? "has a wrong sum: it is damaged"
                            : "must end with its end mark and sum: it was cut off, or is still being written");
        }
    }

    private void entries(RdbInput in, Listener listener) throws IOException {
        long expiresAt = Entry.NEVER;
        while (true) {
            int kind = in.u8();
            switch (kind) {
                case END -> {
                    listener.reached(in.position(), counts);
                    return;
                }
                case DATABASE -> database = in.count();
                case EXPIRES_SECONDS -> expiresAt = (int) in.little(Integer.BYTES) * (long) MILLIS;
                case EXPIRES_MILLIS -> expiresAt = in.little(Long.BYTES);
                case FREQUENCY -> in.u8();
                case IDLE -> in.length();
                case NOTE -> {
                    in.string();
                    in.string();
                }
                case SIZES -> {
                    loading.expect(in.length(), bytes);
                    in.length();
                }
                case SLOT_INFO -> {
                    in.length();
                    in.length();
                    in.length();
                }
                case FUNCTION -> {
                    in.string();
                    counts.unkept.merge("libraries of functions", 1L, Long::sum);
                }
                case MODULE -> {
                    in.length();
                    in.length();
                    in.length();
                    RdbValues.skipModule(in);
                }
                default -> {
                    entry(kind, in, expiresAt);
                    expiresAt = Entry.NEVER;
                    if (counts.entries % STEP_ENTRIES == 0) {
                        listener.reached(in.position(), counts);
                    }
                }
            }
        }
    }

    private void entry(int type, RdbInput in, long expiresAt) throws IOException {
        if (!RdbValues.isKnown(type)) {
            throw new RdbException(
                    "has a value of type " + type + ", which is not known; what came before it is loaded");
        }
        counts.entries++;
        in.wasTooLong();
        Slice key = Slice.of(in.string());
        Filling filling = new Filling(key, expiresAt);
        if (in.wasTooLong() || key.length() > Limits.MAX_KEY_BYTES || database >= Limits.DATABASES) {
            filling.refused = "keys that are too long, or of databases beyond " + (Limits.DATABASES - 1);
        } else if (expiresAt <= now) {
            filling.refused = "";
            counts.expired++;
        }
        RdbValues.read(type, in, filling);
        if (in.wasTooLong()) {
            filling.refused = TOO_LONG;
        }
        filling.end();
    }

    private static final String TOO_LONG = "values that are too long";

    /** Puts a value together, some items at a time. */
    private final class Filling implements Items {
        private final Slice key;
        private final long expiresAt;
        private final Collected items = new Collected();
        /** Why it does not come in, as it is counted; empty where that was counted already. */
        private @Nullable String refused;

        private boolean isStaged;

        Filling(Slice key, long expiresAt) {
            this.key = key;
            this.expiresAt = expiresAt;
        }

        private void added() {
            if (refused != null) {
                items.clear();
            } else if (items.bytes() > Collected.STEP_BYTES) {
                stage();
            }
        }

        @Override
        public void string(byte[] value) {
            items.string(value);
        }

        @Override
        public void field(byte[] name, byte[] value, long until) {
            items.field(name, value, until);
            added();
        }

        @Override
        public void member(byte[] member) {
            items.member(member);
            added();
        }

        @Override
        public void scored(byte[] member, double score) {
            items.scored(member, score);
            added();
        }

        @Override
        public void element(byte[] element) {
            items.element(element);
            added();
        }

        @Override
        public void entry(StreamId id, byte[] texts) {
            items.entry(id, texts);
            added();
        }

        @Override
        public void stream(StreamId last, StreamId removed, long added) {
            items.stream(last, removed, added);
        }

        @Override
        public void foreign(String kind) {
            refused = refused == null ? kind : refused;
        }

        private void stage() {
            isStaged = true;
            loading.openStaged(key, entry);
            put();
        }

        /** Puts what has gathered into the entry that is open, and closes it. */
        private void put() {
            try (Entry open = entry) {
                items.putInto(open, now);
            } catch (OutOfRoomException full) {
                refused = "";
                counts.noRoom++;
            } catch (IllegalArgumentException tooLong) {
                refused = TOO_LONG;
            }
            items.clear();
        }

        void end() {
            if (refused == null && isStaged) {
                endStaged();
            } else if (refused == null && !items.isEmpty()) {
                endWhole();
            }
            if (refused != null) {
                if (isStaged) {
                    loading.abandon();
                }
                if (!refused.isEmpty()) {
                    counts.unkept.merge(refused, 1L, Long::sum);
                }
            }
        }

        private void endStaged() {
            if (!items.isEmpty()) {
                stage();
            }
            if (refused == null && expiresAt != Entry.NEVER) {
                loading.openStaged(key, entry);
                try (Entry open = entry) {
                    open.expire(expiresAt);
                }
            }
            if (refused == null) {
                count(loading.publish((int) database, key));
            }
        }

        private void endWhole() {
            if (!loading.open((int) database, key, entry)) {
                count(false);
                return;
            }
            try (Entry open = entry) {
                items.putInto(open, now);
                if (open.isPresent() && expiresAt != Entry.NEVER) {
                    open.expire(expiresAt);
                }
                counts.loaded++;
            } catch (OutOfRoomException full) {
                counts.noRoom++;
            } catch (IllegalArgumentException tooLong) {
                refused = TOO_LONG;
            }
        }

        private void count(boolean isIn) {
            counts.loaded += isIn ? 1 : 0;
            counts.superseded += isIn ? 0 : 1;
            isStaged &= isIn;
            if (!isIn) {
                loading.abandon();
            }
        }
    }

    @Override
    public void close() {
        loading.close();
    }
}
