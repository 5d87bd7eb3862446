package dev.larder.checks;

/** One place that breaks a rule: {@code path} is relative to the repository, {@code detail} says what was found. */
record Violation(String path, String detail) {}
