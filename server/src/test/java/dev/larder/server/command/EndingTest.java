package dev.larder.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.server.client.Clients;
import dev.larder.server.config.Settings;
import dev.larder.server.event.Notices;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a server ends by a client's wish. */
class EndingTest {
    private static final long NOW = 1_700_000_000_000L;

    @Test
    void writesWaitForItsSaveWhateverClientsSayOfPauses(@TempDir Path folder) throws Exception {
        Clients clients = new Clients();
        Notices notices = new Notices(clients);
        try (OffHeapStore store =
                new OffHeapStore(StoreConfig.standard(() -> NOW).withListener(notices))) {
            Settings settings = new Settings(Map.of("dir", folder.toString()));
            Node node = new Node(
                    new Node.Kept(store, notices, clients), settings, () -> NOW, new Node.Place(0, "none", ""));
            CompletableFuture<Boolean> ended;
            try (Entry lock = store.entry()) {
                lock.open(0, Slice.of("key")); // the save waits for it
                ended = CompletableFuture.supplyAsync(
                        () -> node.ending().begin(true, false).join());
                await().atMost(Duration.ofSeconds(30)).until(() -> node.isPaused(true));

                node.pause(Node.Pause.of(TimeUnit.HOURS.toMillis(1), false));
                assertThat(node.isPaused(false)).isTrue();
                node.pause(Node.Pause.NONE);

                assertThat(node.isPaused(true)).isTrue();
                assertThat(node.isPaused(false)).isFalse();
            }
            assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(node.isPaused(true))
                    .as("it ends, so nothing is written any more")
                    .isTrue();
        }
    }
}
