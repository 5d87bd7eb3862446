/**
 * The example shop: a catalogue and its stock in a real SQL database, pages rendered on the server, every read and
 * write through Larder. It is an application, not a library: nothing outside {@code cli} and {@code benchmarks} uses it.
 */
@NullMarked
package dev.larder.storefront;

import org.jspecify.annotations.NullMarked;
