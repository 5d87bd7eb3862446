package dev.larder.server.client;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Who listens to which channels, or patterns of them. Thread-safe; a client is added and removed by its own thread only.
 * Nobody is called while a bin of the maps is locked.
 */
public final class Channels {
    private final Map<Key, Set<Client>> listeners = new ConcurrentHashMap<>();

    /** Adds a listener; whether it is new. {@code own} is what the client listens to. */
    public boolean add(Key name, Client client, Set<Key> own) {
        if (!own.add(name)) {
            return false;
        }
        listeners.compute(name, (key, set) -> {
            Set<Client> all = set == null ? ConcurrentHashMap.newKeySet() : set;
            all.add(client);
            return all;
        });
        client.listens();
        return true;
    }

    /** Removes a listener; whether it was one. */
    public boolean remove(Key name, Client client, Set<Key> own) {
        if (!own.remove(name)) {
            return false;
        }
        listeners.computeIfPresent(name, (key, set) -> {
            set.remove(client);
            return set.isEmpty() ? null : set;
        });
        client.listens();
        return true;
    }

    /** Whether nobody listens to anything. */
    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** How many names somebody listens to. */
    public int count() {
        return listeners.size();
    }

    /** How many listen to a name. */
    public int count(Key name) {
        Set<Client> set = listeners.get(name);
        return set == null ? 0 : set.size();
    }

    /** The names that somebody listens to. */
    public Set<Key> names() {
        return listeners.keySet();
    }

    /** Sends a message to all who listen to a name; how many. */
    public int send(Key name, Message message) {
        Set<Client> set = listeners.get(name);
        if (set == null) {
            return 0;
        }
        int count = 0;
        for (Client client : set) {
            client.line().deliver(message);
            count++;
        }
        return count;
    }

    /** Hands out each name with its listeners. */
    public void each(BiConsumer<Key, Set<Client>> action) {
        listeners.forEach(action);
    }
}
