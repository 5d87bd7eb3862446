/**
 * What users hold: {@link dev.larder.Larder} opens tiers, {@link dev.larder.CacheBuilder} describes a cache,
 * {@link dev.larder.Cache} is one. Owns the API and wires the feature packages together; decides nothing itself.
 * Open {@link dev.larder.Larder} first.
 */
@NullMarked
package dev.larder;

import org.jspecify.annotations.NullMarked;
