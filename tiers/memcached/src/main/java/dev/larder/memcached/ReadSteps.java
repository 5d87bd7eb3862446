package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.FarValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reading values: values and pointer in one round trip. A value of the generation that the pointer names then was not
 * cleared before the read began. A key whose server is away is a miss. Thread-safe; stages complete on I/O threads.
 */
record ReadSteps(CacheItems items) {
    /** The values found, by the position of their entry. */
    CompletionStage<Map<Integer, FarValue>> read(View view, List<Entry> entries) {
        Batch batch = new Batch();
        List<@Nullable Slot> slots = new ArrayList<>();
        for (Entry entry : entries) {
            Place place = items.place(view.current(), entry);
            Session session = place.session();
            slots.add(session == null ? null : batch.add(session, Items.read(place.value())));
        }
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            items.generations().sameCurrent(look, view);
            Map<Integer, FarValue> found = new HashMap<>();
            for (int i = 0; i < slots.size(); i++) {
                Slot slot = slots.get(i);
                FarValue value = slot == null ? null : value(entries.get(i), slot.meta());
                if (value != null) {
                    found.put(i, value);
                }
            }
            return whole(view, entries, found);
        });
    }

    /** Those in parts are put together; those of which a part is missing are left out. */
    private CompletionStage<Map<Integer, FarValue>> whole(
            View view, List<Entry> entries, Map<Integer, FarValue> found) {
        CompletionStage<Map<Integer, FarValue>> result = CompletableFuture.completedFuture(found);
        for (Map.Entry<Integer, FarValue> each : Map.copyOf(found).entrySet()) {
            if (PartedHead.isOne(each.getValue().bytes())) { // one after another: each may have many megabytes
                Session session =
                        items.place(view.current(), entries.get(each.getKey())).session();
                result = result.thenCompose(all -> items.parts()
                        .whole(session, view.current(), each.getValue())
                        .thenApply(value -> {
                            if (value == null) {
                                all.remove(each.getKey());
                            } else {
                                all.put(each.getKey(), value);
                            }
                            return all;
                        }));
            }
        }
        return result;
    }

    private static @Nullable FarValue value(Entry entry, Reply.Meta reply) {
        return reply.status() == Status.VA ? Body.value(entry, reply) : null;
    }
}
