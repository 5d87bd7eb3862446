/** Tests of eviction policies by themselves, without a store. Open {@link dev.larder.policy.PolicyTest} first. */
@NullMarked
package dev.larder.policy;

import org.jspecify.annotations.NullMarked;
