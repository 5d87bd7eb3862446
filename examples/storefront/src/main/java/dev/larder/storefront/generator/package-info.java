/**
 * The shop's made-up data: the same sizes and seed give the same products, stores and stocks on every machine. Computes,
 * and writes nothing. Open {@link dev.larder.storefront.generator.Assortment} first.
 */
@NullMarked
package dev.larder.storefront.generator;

import org.jspecify.annotations.NullMarked;
