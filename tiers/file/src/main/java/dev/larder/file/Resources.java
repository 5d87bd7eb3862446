package dev.larder.file;

/** What all caches of a tier use together. Immutable; the parts are thread-safe. */
record Resources(Folder folder, Disk disk, Locks locks, MachineClock clock, Usage usage) {}
