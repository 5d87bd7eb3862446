package dev.larder.file;

import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import java.util.Set;

/**
 * Opens file tiers: {@code file:/absolute/folder[?maxBytes=1GiB]}. Found by {@link java.util.ServiceLoader}. Immutable.
 *
 * <p>A folder that cannot be trusted (a symbolic link, another user's, open to writing by others, on a network file
 * system) is refused with {@link IllegalArgumentException}; a disk that is full or away is not, since it may recover.
 */
public final class FileTierFactory implements TierFactory {
    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public FarTier open(TierUri uri, Context context) {
        return FileTier.open(FileAddress.of(uri), context);
    }
}
