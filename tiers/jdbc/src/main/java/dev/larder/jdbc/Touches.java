package dev.larder.jdbc;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Entries whose last use is to be written down, so that the culling spares them. Thread-safe.
 *
 * <p>A read that finds the last use written more than a minute ago notes it here, and it is written later, with others: so
 * reads seldom write. At most {@value #MAX_NOTED} wait; what does not fit is noted by a later read.
 */
final class Touches {
    static final int MAX_NOTED = 10_000;
    static final int WRITTEN_AT_ONCE = 500;
    static final long COARSE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody; its map's key is
    private record Touch(byte[] generation, byte[] hash, long usedAt) {}

    private final String update;
    private final Map<ByteBuffer, Touch> noted = new ConcurrentHashMap<>();

    Touches(Tables tables) {
        this.update =
                "UPDATE " + tables.entries() + " SET used_at = ? WHERE generation = ? AND key_hash = ? AND used_at < ?";
    }

    void note(EntryRow row, Key key) {
        if (row.nowMillis() - row.usedAt() > COARSE_MILLIS && noted.size() < MAX_NOTED) {
            noted.put(ByteBuffer.wrap(key.hash()), new Touch(row.generation(), key.hash(), row.nowMillis()));
        }
    }

    boolean isEmpty() {
        return noted.isEmpty();
    }

    /** Writes some; what fails to be written is forgotten. */
    void write(Session session) throws SQLException {
        List<ByteBuffer> keys = new ArrayList<>();
        Iterator<ByteBuffer> waiting = noted.keySet().iterator();
        while (waiting.hasNext() && keys.size() < WRITTEN_AT_ONCE) {
            keys.add(waiting.next());
        }
        keys.sort(null); // one order for all processes
        List<Object[]> rows = new ArrayList<>();
        for (ByteBuffer key : keys) {
            Touch touch = noted.remove(key);
            if (touch != null) {
                rows.add(new Object[] {touch.usedAt(), touch.generation(), touch.hash(), touch.usedAt()});
            }
        }
        if (!rows.isEmpty()) {
            session.updateEach(update, rows);
        }
    }
}
