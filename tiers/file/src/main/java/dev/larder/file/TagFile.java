package dev.larder.file;

import dev.larder.bus.TagChange;
import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.file.TagTable.DamagedException;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one cache, in one file: a header with the tag clock, and a table of records that is looked into by the
 * tag's hash. Each step blocks. Thread-safe, and safe between processes.
 *
 * <pre>
 *  bytes 0 to 511     {@link TagHeader}, in 44 of them
 *  from 512 on        bins of 512 bytes, each of eight cells ({@link TagRecord}); a tag's hash tells its bin
 * </pre>
 *
 * <p><b>A look at the clock</b> holds nothing: one question for what has the name now, and one read of the header of the
 * file that is kept open. All else holds the lock from beginning to end.
 *
 * <p><b>A change</b> writes the header first and then the cell, both in place. Who sees the new clock before the cell is
 * written and asks for the tag waits for the lock. A process that is killed between the two has raised the clock and
 * changed nothing.
 *
 * <p><b>The bound.</b> A tag whose bin is full makes the table twice as large, in a new file that takes the old one's name
 * in one step, up to {@value #LONGEST} bytes or a 64th of the tier's bound, and not where the folder has no room. From
 * there on a change takes the cell of the tag whose last invalidation is longest ago, and the floor rises to that. A tag
 * that is only asked for takes nobody's cell: it goes without a record, and the floor stands for it. So entries whose tags
 * were forgotten become untrue too early, and never too late.
 *
 * <p><b>Damage</b> of any kind, a file that is missing, is of another era, or shows an earlier clock than this process has
 * seen: a new file in a new epoch, so that all entries with tags are void.
 */
final class TagFile implements AutoCloseable {
    /** No table is larger: 65,528 tags. */
    static final int LONGEST = 4 << 20;

    private static final Logger LOG = System.getLogger(TagFile.class.getName());
    private static final int SHARE = 64;
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final Path folder;
    private final Path file;
    private final Resources resources;
    /** The same in every process, whatever name the tier's folder has there. */
    private final int lock;

    private volatile @Nullable TagTable known;
    /** A reading that this process has seen, the latest but for races; so they only make a file that went back look well. */
    private volatile long latest;

    /** The table, and its header as it is while the lock is held. */
    private record Locked(TagTable table, TagHeader header) {
        TagBin bin(TagRecord.Id id) throws IOException {
            return table.bin(header, header.binOf(id));
        }
    }

    /** One step, made while the lock is held. */
    private interface Step<T> {
        T take(Locked now) throws IOException;
    }

    /** {@code folder} is the cache's own. */
    TagFile(Path folder, Resources resources) {
        Path namespace = Objects.requireNonNull(folder.getParent());
        this.folder = folder;
        this.file = folder.resolve(Names.TAGS);
        this.resources = resources;
        this.lock = (namespace.getFileName() + "/" + folder.getFileName()).hashCode();
    }

    /** The clock's reading at some moment during the call; it is begun if need be. */
    long now() throws IOException {
        TagTable table = known;
        BasicFileAttributes found = table == null ? null : LocalDisk.attributes(file);
        if (table != null && found != null && table.isOf(found)) {
            TagHeader header = table.header(); // if it was replaced since, this is the last that it said
            if (header != null && isUsable(header)) {
                keep(found);
                latest = header.clock();
                return header.clock();
            }
        }
        return step(now -> now.header.clock());
    }

    private boolean isUsable(TagHeader header) throws IOException {
        long seen = latest;
        boolean wentBack = TagReading.isSameEpoch(header.clock(), seen) && header.clock() < seen;
        return !wentBack
                && !header.isSpent()
                && header.era() == resources.clock().now().era();
    }

    /** Notes that the file is of use, once a day. */
    private void keep(BasicFileAttributes found) throws IOException {
        long now = resources.clock().now().wallMillis();
        if (now - found.lastModifiedTime().toMillis() > DAY_MILLIS) {
            touch(now);
        }
    }

    private void touch(long wallMillis) {
        try {
            resources.disk().touch(file, wallMillis);
        } catch (IOException e) { // as for a value: the tags can be read, and are only forgotten sooner
            LOG.log(Level.DEBUG, "the use of a file of tags could not be noted", e);
        }
    }

    /** The clock, and when each of {@code tags} was last invalidated; those new to it get a record where there is room. */
    TagReading read(Collection<String> tags) throws IOException {
        return step(now -> {
            long nowMillis = resources.clock().now().millis();
            Map<String, Moments> moments = new HashMap<>();
            Locked current = now;
            for (String tag : tags) {
                TagRecord.Id id = TagRecord.Id.of(tag);
                TagBin bin = current.bin(id);
                TagRecord record = bin.find(id);
                if (record == null) {
                    record = TagRecord.unknown(id, current.header.floor());
                    current = remember(current, bin, record);
                }
                moments.put(tag, record.moments(nowMillis));
            }
            return new TagReading(now.header.clock(), moments);
        });
    }

    private Locked remember(Locked now, TagBin bin, TagRecord fresh) throws IOException {
        int cell = bin.cellFor(fresh.id());
        if (cell == TagBin.NONE) {
            Locked grown = grow(now, now.header, fresh);
            return grown == null ? now : grown;
        }
        now.table.write(now.header, cell, fresh);
        return now;
    }

    /** Raises the clock and notes its reading for the tag; gives that reading. */
    long change(String tag, TagChange.Kind kind) throws IOException {
        TagRecord.Id id = TagRecord.Id.of(tag);
        return step(now -> {
            long at = now.header.clock() + 1;
            TagBin bin = now.bin(id);
            TagRecord found = bin.find(id);
            TagRecord before = found == null ? TagRecord.unknown(id, now.header.floor()) : found;
            TagRecord after = before.changed(kind, at, resources.clock().now().millis());
            TagHeader header = now.header.at(at);
            int cell = bin.cellFor(id);
            if (cell == TagBin.NONE && grow(now, header, after) != null) {
                return at;
            }
            if (cell == TagBin.NONE) {
                cell = bin.leastCell();
                header = header.forgetting(bin.last(cell));
            }
            now.table.write(header);
            now.table.write(header, cell, after);
            latest = at;
            return at;
        });
    }

    /** Makes the table twice as large, with {@code header} and {@code more}; null where it stays as it was. */
    private @Nullable Locked grow(Locked now, TagHeader header, TagRecord more) throws IOException {
        TagHeader doubled = header.doubled();
        int bytes = doubled.fileBytes();
        Usage usage = resources.usage();
        if (bytes > Math.min(LONGEST, usage.maxBytes() / SHARE) || !usage.hasRoomFor(bytes)) {
            return null;
        }
        List<TagRecord> records = new ArrayList<>(now.table.records(now.header));
        records.add(more);
        byte[] content = TagBin.file(doubled, records);
        try {
            resources.disk().replace(file, content);
        } catch (IOException e) { // the disk may be full: the table that is there goes on, and forgets
            LOG.log(Level.DEBUG, "a table of tags could not grow", e);
            return null;
        }
        usage.added(bytes);
        usage.removed(now.header.fileBytes());
        return open();
    }

    private <T> T step(Step<T> step) throws IOException {
        try (Held held = hold()) {
            Objects.requireNonNull(held);
            try {
                return step.take(current());
            } catch (DamagedException e) {
                LOG.log(Level.DEBUG, "the tags of a cache begin a new epoch", e);
                return step.take(begin());
            }
        }
    }

    private Held hold() throws IOException {
        return resources.locks().hold(Guard.TAGS, lock);
    }

    /** The table as it is, made anew where it is of no use. */
    private Locked current() throws IOException {
        BasicFileAttributes found = LocalDisk.attributes(file);
        TagTable table = known;
        if (table == null || !table.isOf(found)) {
            resources.folder().makeFolder(folder); // and refuses a link in its place
            table = TagTable.open(file);
            see(table);
        }
        TagHeader header = table == null ? null : table.header();
        if (table == null || found == null || header == null || !isUsable(header) || !table.isWhole(header)) {
            return begin();
        }
        keep(found);
        latest = header.clock();
        return new Locked(table, header);
    }

    /** A new clock in a new file. */
    private Locked begin() throws IOException {
        TagHeader fresh = TagHeader.fresh(resources.clock().now().era());
        long before = resources.disk().length(file);
        resources.disk().replace(file, TagBin.file(fresh, List.of()));
        resources.usage().added(fresh.fileBytes());
        if (before >= 0) {
            resources.usage().removed(before);
        }
        return open();
    }

    /** The table that was just put in place. */
    private Locked open() throws IOException {
        TagTable table = TagTable.open(file);
        see(table);
        TagHeader header = table == null ? null : table.header();
        if (table == null || header == null) {
            throw new IOException("the file of a cache's tags was removed at the moment it was made");
        }
        latest = header.clock();
        return new Locked(table, header);
    }

    private synchronized void see(@Nullable TagTable table) throws IOException {
        TagTable before = known;
        known = table;
        if (before != null) {
            before.close();
        }
    }

    /** Removes the file if nobody used it since {@code wallMillis}; gives what is left of it on the disk. */
    long sweep(long wallMillis) throws IOException {
        BasicFileAttributes found = LocalDisk.attributes(file);
        if (found == null || !found.isRegularFile()) {
            return 0;
        }
        if (found.lastModifiedTime().toMillis() >= wallMillis) {
            return Usage.allocated(found.size());
        }
        try (Held held = hold()) {
            Objects.requireNonNull(held);
            BasicFileAttributes now = LocalDisk.attributes(file);
            if (now != null
                    && now.lastModifiedTime().toMillis() < wallMillis
                    && resources.disk().delete(file)) {
                resources.usage().removed(now.size());
            }
        }
        return 0;
    }

    /** Lets go of the file; a later step opens it again. */
    @Override
    public void close() throws IOException {
        see(null);
    }
}
