package dev.larder.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The few cells that a tag's record may be in, {@value #CELLS} of them: a part of the {@link TagFile} that lies within one
 * block of the disk. Immutable once read; pure.
 */
final class TagBin {
    static final int CELLS = 8;
    static final int BYTES = CELLS * TagRecord.BYTES;
    static final int NONE = -1;

    private final List<@Nullable TagRecord> cells = new ArrayList<>(CELLS);

    private TagBin() {}

    /** Bin {@code number} of a file with that header, from {@code in} at its position; null where it is damaged. */
    static @Nullable TagBin decode(TagHeader header, int number, ByteBuffer in) {
        TagBin bin = new TagBin();
        for (int cell = 0; cell < CELLS; cell++) {
            int start = in.position() + cell * TagRecord.BYTES;
            if (!TagRecord.isWhole(in, start, header.place(number, cell))) {
                return null;
            }
            bin.cells.add(TagRecord.get(in, start));
        }
        return bin;
    }

    /** The cell of a tag's record, else a free one, else {@link #NONE}. */
    int cellFor(TagRecord.Id id) {
        int free = NONE;
        for (int cell = 0; cell < CELLS; cell++) {
            TagRecord record = cells.get(cell);
            if (record != null && record.id().equals(id)) {
                return cell;
            }
            free = record == null ? cell : free;
        }
        return free;
    }

    /** The record of a tag; null for none. */
    @Nullable TagRecord find(TagRecord.Id id) {
        for (TagRecord record : cells) {
            if (record != null && record.id().equals(id)) {
                return record;
            }
        }
        return null;
    }

    /** In a full bin: the cell of the tag that was not invalidated for longest, which costs least to forget. */
    int leastCell() {
        int least = 0;
        for (int cell = 1; cell < CELLS; cell++) {
            least = last(cell) < last(least) ? cell : least;
        }
        return least;
    }

    /** When the tag in {@code cell} was last invalidated; 0 for a free one. */
    long last(int cell) {
        TagRecord record = cells.get(cell);
        return record == null ? 0 : record.last();
    }

    Collection<TagRecord> records() {
        List<TagRecord> all = new ArrayList<>();
        for (TagRecord record : cells) {
            if (record != null) {
                all.add(record);
            }
        }
        return all;
    }

    /** The bytes of a file with {@code header} and {@code records}; what finds no place is forgotten: the floor rises. */
    static byte[] file(TagHeader header, Collection<TagRecord> records) {
        List<List<TagRecord>> bins = new ArrayList<>(Collections.nCopies(header.bins(), List.of()));
        TagHeader filled = header;
        List<TagRecord> lastFirst = new ArrayList<>(records);
        lastFirst.sort(Comparator.comparingLong(TagRecord::last).reversed());
        for (TagRecord record : lastFirst) {
            int number = header.binOf(record.id());
            if (bins.get(number).isEmpty()) {
                bins.set(number, new ArrayList<>(CELLS));
            }
            if (bins.get(number).size() < CELLS) {
                bins.get(number).add(record);
            } else {
                filled = filled.forgetting(record.last());
            }
        }
        ByteBuffer out = ByteBuffer.wrap(new byte[header.fileBytes()]);
        out.put(filled.encode()).position(TagHeader.offset(0));
        for (int number = 0; number < bins.size(); number++) {
            for (int cell = 0; cell < CELLS; cell++) {
                List<TagRecord> bin = bins.get(number);
                TagRecord.put(out, cell < bin.size() ? bin.get(cell) : null, header.place(number, cell));
            }
        }
        return out.array();
    }
}
