package dev.larder.memcached;

import dev.larder.bus.TagChange;
import dev.larder.bus.TagChange.Kind;
import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.TagClock.Reading;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Request;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tags of one cache on Memcached, which changes one item at a time; {@code models/tagsteps.pml} has these steps, and a
 * mutant for each rule.
 *
 * <p><b>A change</b> reads the clock, c; notes c + 1 in the log and then in the tag's record; then raises the clock. What
 * was begun at c or before is void by the record. What was begun later was read after c had been, hence after the change
 * was asked for. The clock is raised last, so that whoever reads the clock and then the record finds in it every change up
 * to that reading.
 *
 * <p><b>A record that is missing</b> is made from the log: a place is kept for it first, and the log is read after that, so
 * that a change that the log does not have yet finds the place, and the record is refused or replaced.
 *
 * <p>Each step that finds something changed or missing begins again. Thread-safe; stages complete on I/O threads.
 */
final class MemcachedTags {
    /** Longer than any entry can live: what a record would have told after that concerns nobody. */
    private static final int RECORD_SECONDS = Seconds.LONGEST;

    private static final long MILLIS = 1_000;
    private static final int MAX_TRIES = 50;
    private static final int CUT_EVERY = 128;

    private final CacheItems items;
    private final TagClock clock;
    private final UnfinishedChanges unfinished;
    private final OneChange changes = new OneChange((tag, kind) -> trying(() -> changed(tag, kind), 1));

    MemcachedTags(CacheItems items, TagClock clock, UnfinishedChanges unfinished) {
        this.items = items;
        this.clock = clock;
        this.unfinished = unfinished;
    }

    /** One try at something; fails with {@link MovedException} where it is to be begun again. */
    private static <T extends @Nullable Object> CompletionStage<T> trying(
            Supplier<CompletionStage<T>> step, int tries) {
        CompletionStage<T> tried;
        try {
            tried = step.get();
        } catch (MovedException e) {
            tried = CompletableFuture.failedFuture(e);
        }
        return tried.exceptionallyCompose(
                failure -> Trouble.unwrap(failure) instanceof MovedException && tries < MAX_TRIES
                        ? trying(step, tries + 1)
                        : CompletableFuture.failedFuture(failure));
    }

    static CompletionStage<@Nullable Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }

    /** The clock's reading. */
    CompletionStage<Long> now() {
        return trying(
                () -> {
                    Session session = clock.session();
                    Batch batch = new Batch();
                    Slot look = clock.look(batch, session);
                    clock.warm(batch, session);
                    return batch.send().thenCompose(done -> seen(session, look)).thenApply(Reading::at);
                },
                1);
    }

    /** What a look at the clock found; where there is none, it is begun, and the step with it begins again. */
    private CompletionStage<Reading> seen(Session session, Slot look) {
        if (look.meta().status() == Status.VA) {
            return Items.holdsNumber(look.meta())
                    ? CompletableFuture.completedFuture(clock.seen(session, look))
                    : clock.giveUp(new Reading(session, 0, look.meta().flags().number('c')))
                            .thenApply(given -> {
                                throw new MovedException();
                            });
        }
        return clock.begin(session).thenApply(begun -> {
            throw new MovedException();
        });
    }

    /** The clock's reading and the records of {@code names}, which have no duplicates. */
    CompletionStage<TagReading> read(List<String> names) {
        return trying(() -> look(names), 1);
    }

    private CompletionStage<TagReading> look(List<String> names) {
        Session session = clock.session();
        Batch batch = new Batch();
        Slot look = clock.look(batch, session); // before the records
        List<Slot> slots = names.stream()
                .map(name -> batch.add(session, Items.readOrMake(session, key(name), RECORD_SECONDS)))
                .toList();
        return batch.send().thenCompose(done -> seen(session, look)).thenCompose(reading -> {
            Map<String, Moments> found = new HashMap<>();
            Map<String, Long> missing = new HashMap<>();
            for (int i = 0; i < slots.size(); i++) {
                Reply.Meta reply = slots.get(i).meta();
                TagRecord record = TagRecord.of(reply.value(), reading.at());
                if (record == null) {
                    missing.put(names.get(i), reply.flags().number('c'));
                } else {
                    found.put(names.get(i), moments(record, reply.flags().number('t')));
                    remember(names.get(i), record, reading.at());
                }
            }
            return missing.isEmpty()
                    ? CompletableFuture.completedFuture(new TagReading(reading.at(), found))
                    : made(reading, missing).thenApply(made -> {
                        found.putAll(made);
                        return new TagReading(reading.at(), found);
                    });
        });
    }

    /** By the server's time: a record lives {@link #RECORD_SECONDS} from its last change, less what is left of it. */
    private static Moments moments(TagRecord record, long leftSeconds) {
        long forMillis = record.staleAt() == 0 ? 0 : Math.max(0, RECORD_SECONDS - leftSeconds + 1) * MILLIS;
        return new Moments(record.removedAt(), record.staleAt(), forMillis);
    }

    private void remember(String name, TagRecord record, long now) {
        if (record.removedAt() > now) {
            unfinished.seen(new TagChange(name, Kind.REMOVED, record.removedAt()));
        } else if (record.staleAt() > now) {
            unfinished.seen(new TagChange(name, Kind.STALE, record.staleAt()));
        }
    }

    /** Makes records in the places kept for them, given with their CAS numbers. */
    private CompletionStage<Map<String, Moments>> made(Reading reading, Map<String, Long> places) {
        return log(reading).thenCompose(log -> {
            Batch batch = new Batch();
            Map<String, Moments> made = new HashMap<>();
            List<Slot> stored = new ArrayList<>();
            places.forEach((name, cas) -> {
                TagRecord record = new TagRecord(log.floor(name), 0);
                made.put(name, moments(record, 0));
                remember(name, record, reading.at());
                stored.add(batch.add(reading.session(), store(reading.session(), name, record, cas)));
            });
            return batch.send().thenApply(done -> {
                if (!stored.stream().allMatch(MemcachedTags::isDone)) {
                    throw new MovedException();
                }
                return made;
            });
        });
    }

    /** The log of the clock's epoch, which is given up where the log is lost. */
    private CompletionStage<TagLog> log(Reading reading) {
        Batch batch = new Batch();
        Slot read = batch.add(reading.session(), Items.readCas(items.keys().tagLog(reading.at())));
        return batch.send().thenCompose(done -> {
            TagLog log = TagLog.of(read.meta().value());
            if (log == null) {
                return clock.giveUp(reading).thenApply(given -> {
                    throw new MovedException();
                });
            }
            return log.size() <= TagLog.MOST
                    ? CompletableFuture.completedFuture(log)
                    : cut(reading, log, read.meta().flags().number('c')).thenApply(cut -> log);
        });
    }

    /** The log took no more: it is lost, or has no room to grow, or was moved to where nothing can be appended. */
    private CompletionStage<Void> shorten(Reading reading) {
        Batch batch = new Batch();
        Slot read = batch.add(reading.session(), Items.readCas(items.keys().tagLog(reading.at())));
        return batch.send().thenCompose(done -> {
            TagLog log = TagLog.of(read.meta().value());
            return log == null
                    ? clock.giveUp(reading)
                    : cut(reading, log, read.meta().flags().number('c'));
        });
    }

    private CompletionStage<Void> cut(Reading reading, TagLog log, long cas) {
        Batch batch = new Batch();
        Session session = reading.session();
        batch.add(session, Items.storeIfSame(session, items.keys().tagLog(reading.at()), log.cut(), 0, cas));
        return batch.send();
    }

    /** Invalidates a tag; gives the clock's reading. */
    CompletionStage<Long> change(String tag, Kind kind) {
        return changes.ask(tag, kind);
    }

    private CompletionStage<Long> changed(String tag, Kind kind) {
        Session session = clock.session();
        Batch batch = new Batch();
        Slot look = clock.look(batch, session);
        Slot read = batch.add(session, Items.readOrMake(session, key(tag), RECORD_SECONDS));
        return batch.send().thenCompose(done -> seen(session, look)).thenCompose(reading -> {
            TagRecord before = TagRecord.of(read.meta().value(), reading.at());
            long cas = read.meta().flags().number('c');
            long at = reading.at() + 1;
            if (before == null && kind == Kind.STALE) { // when was it last removed? The next try finds it written down.
                return made(reading, Map.of(tag, cas)).thenApply(made -> {
                    throw new MovedException();
                });
            }
            TagRecord record = before == null ? new TagRecord(at, 0) : before.changed(kind, at);
            return note(reading, tag, record, cas).thenCompose(noted -> raise(reading, tag, kind));
        });
    }

    /** Writes into the log, and then into the record. */
    private CompletionStage<@Nullable Void> note(Reading reading, String tag, TagRecord record, long cas) {
        Session session = reading.session();
        Batch batch = new Batch();
        Slot logged = batch.add(
                session, Items.append(items.keys().tagLog(reading.at()), TagLog.entry(tag, reading.at() + 1)));
        Slot stored = batch.add(session, store(session, tag, record, cas));
        return batch.send().thenCompose(done -> {
            if (!isDone(logged)) {
                return shorten(reading).thenApply(shortened -> {
                    throw new MovedException();
                });
            }
            if (!isDone(stored)) {
                throw new MovedException();
            }
            return nothing();
        });
    }

    private CompletionStage<Long> raise(Reading reading, String tag, Kind kind) {
        Batch batch = new Batch();
        Slot raised = clock.raise(batch, reading.session());
        return batch.send().thenCompose(done -> {
            long at = raised.meta().status() == Status.VA ? Items.number(raised.meta()) : 0;
            if (!TagReading.isSameEpoch(at, reading.at())) {
                throw new MovedException();
            }
            CompletionStage<@Nullable Void> noted =
                    at == reading.at() + 1 ? nothing() : trying(() -> noteAgain(reading.session(), tag, kind, at), 1);
            return (at % CUT_EVERY == 0 ? noted.thenCompose(all -> log(new Reading(reading.session(), at, 0))) : noted)
                    .thenApply(all -> at);
        });
    }

    /** Others raised the clock meanwhile: the record is to name the reading that is told to the other processes. */
    private CompletionStage<@Nullable Void> noteAgain(Session session, String tag, Kind kind, long at) {
        Batch batch = new Batch();
        Slot read = batch.add(session, Items.readCas(key(tag)));
        return batch.send().thenCompose(done -> {
            TagRecord record = TagRecord.of(read.meta().value(), at);
            if (record == null) { // lost: the log has it
                return nothing();
            }
            Batch change = new Batch();
            Slot stored = change.add(
                    session,
                    store(
                            session,
                            tag,
                            record.changed(kind, at),
                            read.meta().flags().number('c')));
            return change.send().thenApply(all -> {
                if (!isDone(stored)) {
                    throw new MovedException();
                }
                return null;
            });
        });
    }

    private Key key(String tag) {
        return items.keys().tag(tag);
    }

    private Request store(Session session, String tag, TagRecord record, long cas) {
        return Items.storeIfSame(session, key(tag), record.bytes(), RECORD_SECONDS, cas);
    }

    private static boolean isDone(Slot slot) {
        return slot.meta().status() == Status.HD;
    }

    /** {@code tags} without duplicates. */
    static List<String> names(Collection<String> tags) {
        return tags.stream().distinct().toList();
    }
}
