/**
 * The entries of a store as a file, and back: the format, writing it while the store serves, reading it while it serves
 * again. Knows nothing of how the store keeps entries, nor when snapshots are taken. Open
 * {@link dev.larder.server.snapshot.Snapshots} first, then {@link dev.larder.server.snapshot.Format}.
 */
@NullMarked
package dev.larder.server.snapshot;

import org.jspecify.annotations.NullMarked;
