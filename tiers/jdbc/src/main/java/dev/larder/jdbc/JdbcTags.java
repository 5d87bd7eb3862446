package dev.larder.jdbc;

import dev.larder.bus.TagChange;
import dev.larder.tier.FarTags;
import dev.larder.tier.TagReading;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The tags of one cache in a database, see {@link TagTable}. Thread-safe. Stages complete on the tier's threads. */
final class JdbcTags implements FarTags {
    private final Database database;
    private final byte[] cacheId;
    private final TagTable table;
    private final Outbox outbox;

    JdbcTags(Database database, byte[] cacheId, JdbcAddress address, Outbox outbox) {
        this.database = database;
        this.cacheId = cacheId;
        this.table = new TagTable(cacheId, address.dialect(), address.options().tables());
        this.outbox = outbox;
    }

    @Override
    public CompletionStage<Long> now() {
        return database.call(table::now);
    }

    @Override
    public CompletionStage<TagReading> read(Collection<String> tags) {
        List<TagName> asked = TagName.sorted(cacheId, tags);
        if (asked.size() > TagTable.READ_AT_ONCE) {
            return readLocked(asked);
        }
        return database.call(session -> table.peek(session, asked))
                .thenCompose(seen -> seen.isWhole(asked)
                        ? CompletableFuture.completedFuture(seen.reading(asked))
                        : readLocked(asked));
    }

    private CompletableFuture<TagReading> readLocked(List<TagName> asked) {
        return database.transact(session -> table.read(session, asked)).thenApply(seen -> seen.reading(asked));
    }

    @Override
    public CompletionStage<Long> change(String tag, TagChange.Kind kind) {
        TagName changed = TagName.of(cacheId, tag);
        return database.transact(session -> table.change(session, changed, kind));
    }

    @Override
    public CompletionStage<Void> publish(TagChange change) {
        return outbox.publish(List.of(Body.of(change)));
    }

    /** The database came back older than it was: readings of the time that is lost must not be given again. */
    CompletionStage<Void> beginAnew() {
        return database.run(table::beginAnew);
    }
}
