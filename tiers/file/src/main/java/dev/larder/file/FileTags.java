package dev.larder.file;

import dev.larder.bus.TagChange;
import dev.larder.tier.FarTags;
import dev.larder.tier.TagReading;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The tags of one cache in a folder: hands the steps of {@link TagFile} to the tier's threads. Thread-safe. */
final class FileTags implements FarTags {
    private final TagFile file;
    private final Workers workers;
    private final Function<TagChange, CompletionStage<Void>> publisher;

    FileTags(TagFile file, Workers workers, Function<TagChange, CompletionStage<Void>> publisher) {
        this.file = file;
        this.workers = workers;
        this.publisher = publisher;
    }

    @Override
    public CompletionStage<Long> now() {
        return workers.answer(file::now);
    }

    @Override
    public CompletionStage<TagReading> read(Collection<String> tags) {
        List<String> all = List.copyOf(tags);
        return workers.answer(() -> file.read(all));
    }

    @Override
    public CompletionStage<Long> change(String tag, TagChange.Kind kind) {
        return workers.answer(() -> file.change(tag, kind));
    }

    @Override
    public CompletionStage<Void> publish(TagChange change) {
        return publisher.apply(change);
    }
}
