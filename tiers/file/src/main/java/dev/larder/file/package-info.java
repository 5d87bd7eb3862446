/**
 * A folder on a local disk as the tier that the processes of one machine share, with nothing but the JDK. It owns the
 * layout of the folder, the locks that make each step atomic between processes, the log that carries invalidations and
 * the bound on what the folder holds; it takes no decision about freshness, and neither retries nor times out what it is
 * asked. Open {@link dev.larder.file.Entries} first, then {@link dev.larder.file.Locks}.
 */
@NullMarked
package dev.larder.file;

import org.jspecify.annotations.NullMarked;
