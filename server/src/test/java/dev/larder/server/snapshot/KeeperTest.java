package dev.larder.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.server.config.Settings;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Section;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of saving and loading waits for which. The store's locks hold them up where they are. */
class KeeperTest {
    private final AtomicLong now = new AtomicLong(Content.NOW);
    private final OffHeapStore store = new OffHeapStore(Content.config(now, 1));

    @TempDir
    private Path folder;

    private Keeper keeper(String save) {
        return new Keeper(store, new Settings(Map.of("dir", folder.toString(), "save", save)));
    }

    @Test
    @SuppressWarnings("try") // a section is held, not used
    void saveThatIsAskedForWhileLoadingWaitsForItsEnd() {
        Keeper keeper = keeper("");
        Content.set(store, 0, "a", "1");
        keeper.save().join();
        store.flushAll();
        CompletableFuture<LoadReport> loading;
        try (Section all = store.section().addAll().lock()) {
            loading = keeper.load();

            assertThat(keeper.refusal()).isEqualTo(Keeper.Refusal.LOADING);
            assertThatThrownBy(keeper.save()::join).isInstanceOf(CompletionException.class);
            keeper.saveLater();
        }
        assertThat(loading.join().loaded()).isEqualTo(1);
        keeper.close();
        keeper.awaitEnd();
        assertThat(keeper.state().saves()).isEqualTo(2);
        assertThat(Content.get(store, 0, "a")).isEqualTo("1");
        store.close();
    }

    @Test
    @SuppressWarnings("try") // a section is held, not used
    void saveThatIsAskedForWhileSavingComesAfterIt() {
        Keeper keeper = keeper("");
        CompletableFuture<SaveReport> one;
        CompletableFuture<SaveReport> other;
        try (Section all = store.section().addAll().lock()) {
            one = keeper.save();
            other = keeper.save();

            assertThat(keeper.refusal()).isEqualTo(Keeper.Refusal.SAVING);
            Content.set(store, 0, "a", "1");
        }
        one.join();
        assertThat(other.join().entries()).isEqualTo(1);
        assertThat(keeper.state().saves()).isEqualTo(2);
        store.close();
    }

    @Test
    void closedStoreEndsWhatIsOn() {
        Keeper keeper = keeper("");
        CompletableFuture<SaveReport> saving = keeper.save();
        keeper.close();
        store.close();
        keeper.awaitEnd();
        assertThat(saving).isDone();
        assertThat(folder.resolve("dump.larder.new")).doesNotExist();
        assertThatThrownBy(keeper.save()::join).isInstanceOf(CompletionException.class);
    }

    @Test
    void savePointWaitsForItsTimeAndItsChanges() {
        Keeper keeper = keeper("10 2 100 1");
        Content.set(store, 0, "a", "1");
        keeper.look(now.addAndGet(11_000));
        assertThat(keeper.refusal()).isNull();
        Content.set(store, 0, "b", "1");
        keeper.look(now.get());
        keeper.awaitEnd();
        assertThat(keeper.state().saves()).isEqualTo(1);
        Content.set(store, 0, "c", "1");
        keeper.look(now.addAndGet(100_000));
        assertThat(keeper.state().saves()).isEqualTo(1);
        keeper.look(now.addAndGet(1));
        keeper.awaitEnd();
        assertThat(keeper.state().saves()).isEqualTo(2);
        keeper.look(now.addAndGet(1_000_000));
        assertThat(keeper.refusal()).isNull();
        store.close();
    }
}
