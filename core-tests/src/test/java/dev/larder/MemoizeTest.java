package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.testkit.Gate;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code memoize}: a function that remembers. */
final class MemoizeTest extends CacheFixture {
    private final AtomicInteger calls = new AtomicInteger();

    private int square(int number) {
        calls.incrementAndGet();
        return number * number;
    }

    @Test
    void functionIsCalledOnceForEachArgument() {
        Function<Integer, @Nullable Integer> squares = larder().memoize(this::square);

        assertThat(squares.apply(3)).isEqualTo(9);
        assertThat(squares.apply(3)).isEqualTo(9);
        assertThat(squares.apply(4)).isEqualTo(16);

        assertThat(calls).hasValue(2);
    }

    @Test
    void callersAtOneTimeShareOneCall() {
        Gate gate = new Gate();
        Function<Integer, @Nullable Integer> squares = larder().memoize(number -> {
            int square = square(number);
            try {
                gate.pass();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return square;
        });

        List<Future<@Nullable Integer>> callers = start(20, () -> squares.apply(5));
        gate.awaitArrivals(1);
        gate.open();

        assertThat(callers).allSatisfy(caller -> assertThat(result(caller)).isEqualTo(25));
        assertThat(calls).hasValue(1);
    }

    @Test
    void twoFunctionsHaveNothingInCommon() {
        Function<Integer, @Nullable String> one = larder().memoize(number -> "one");
        Function<Integer, @Nullable String> two = larder().memoize(number -> "two");

        assertThat(one.apply(1)).isEqualTo("one");
        assertThat(two.apply(1)).isEqualTo("two");
    }

    @Test
    void whatTheFunctionThrowsIsThrownAndNotRemembered() {
        IllegalStateException broken = new IllegalStateException("once");
        Function<Integer, @Nullable Integer> squares = larder().memoize(number -> {
            if (calls.get() == 0) {
                calls.incrementAndGet();
                throw broken;
            }
            return square(number);
        });

        assertThatThrownBy(() -> squares.apply(2)).isSameAs(broken);

        assertThat(squares.apply(2)).isEqualTo(4);
    }

    @Test
    void absenceIsRemembered() {
        Function<Integer, @Nullable Integer> nothing = larder().memoize(number -> {
            calls.incrementAndGet();
            return null;
        });

        assertThat(nothing.apply(1)).isNull();
        assertThat(nothing.apply(1)).isNull();

        assertThat(calls).hasValue(1);
    }
}
