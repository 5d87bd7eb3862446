package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Key;
import dev.larder.tier.FarValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reading values: values and pointer in one round trip. A value of the generation that the pointer names then was not
 * cleared before the read began. A key whose server is away is a miss. While a new server warms up, the one before it is
 * asked too; what only that has is copied. Thread-safe; stages complete on I/O threads.
 */
record ReadSteps(CacheItems items, WarmUp warmUp) {
    /** A question to one server. */
    private record Ask(Session session, Slot slot) {}

    /** What is asked of one entry. */
    private record Asked(
            Entry entry,
            Key key,
            @Nullable Ask own,
            @Nullable Ask before) {}

    /** A value, or the head of one, and the connection to the server that has it. */
    private record Found(Session session, FarValue value) {}

    /** The values found, by the position of their entry. */
    CompletionStage<Map<Integer, FarValue>> read(View view, List<Entry> entries) {
        Batch batch = new Batch();
        List<Asked> asked =
                entries.stream().map(entry -> ask(batch, view, entry)).toList();
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            items.generations().sameCurrent(look, view);
            Map<Integer, Found> found = new HashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                Found each = found(view, asked.get(i));
                if (each != null) {
                    found.put(i, each);
                }
            }
            return whole(view, found);
        });
    }

    /** Those in parts are put together; those of which a part is missing are left out. */
    private CompletionStage<Map<Integer, FarValue>> whole(View view, Map<Integer, Found> found) {
        Map<Integer, FarValue> values = new HashMap<>();
        CompletionStage<Map<Integer, FarValue>> result = CompletableFuture.completedFuture(values);
        for (Map.Entry<Integer, Found> each : found.entrySet()) {
            Session session = each.getValue().session();
            FarValue value = each.getValue().value();
            if (PartedHead.isOne(value.bytes())) { // one after another: each may have many megabytes
                result = result.thenCompose(all -> items.parts()
                        .whole(session, view.current(), value)
                        .thenApply(whole -> {
                            if (whole != null) {
                                all.put(each.getKey(), whole);
                            }
                            return all;
                        }));
            } else {
                values.put(each.getKey(), value);
            }
        }
        return result;
    }

    private Asked ask(Batch batch, View view, Entry entry) {
        Place place = items.place(view, view.current(), entry);
        Link before = place.before();
        return new Asked(
                entry,
                place.value(),
                ask(batch, place.session(), place.value()),
                ask(batch, before == null ? null : before.ready(), place.value()));
    }

    private static @Nullable Ask ask(Batch batch, @Nullable Session session, Key key) {
        return session == null ? null : new Ask(session, batch.add(session, Items.read(key)));
    }

    private @Nullable Found found(View view, Asked asked) {
        Ask own = asked.own();
        Ask before = asked.before();
        FarValue value = own == null
                ? null
                : CacheItems.value(view, asked.key(), asked.entry(), own.slot().meta());
        if (own != null && value != null) {
            if (before != null) {
                warmUp.answered(view, true);
            }
            return new Found(own.session(), value);
        }
        FarValue old = before == null
                ? null
                : CacheItems.valueBefore(
                        view, asked.key(), asked.entry(), before.slot().meta());
        if (before == null || old == null) {
            return null;
        }
        warmUp.answered(view, false);
        warmUp.copy(view, asked.entry());
        return new Found(before.session(), old);
    }
}
