/**
 * Fakes and contract suites, published so that code which uses or extends Larder can be tested as Larder tests itself.
 * Nothing here sleeps, reads the system clock or opens a socket.
 */
@NullMarked
package dev.larder.testkit;

import org.jspecify.annotations.NullMarked;
