/** Tests of the rules and structures of time. Owns no fakes: those of the testkit serve. Open TimingWheelTest first. */
@NullMarked
package dev.larder.expiry;

import org.jspecify.annotations.NullMarked;
