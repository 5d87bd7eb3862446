/**
 * What a running server can say of its load: how often it would hit with other amounts of memory, which keys are hot,
 * what expires soon, and one sentence of advice. It samples, within bounds of memory and time; it changes nothing. Open
 * {@link dev.larder.server.advice.Observer} first, then {@link dev.larder.server.advice.MissRatioCurve}.
 */
@NullMarked
package dev.larder.server.advice;

import org.jspecify.annotations.NullMarked;
