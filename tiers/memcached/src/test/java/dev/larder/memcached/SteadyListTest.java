package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of the servers that are told, again and again, are believed. */
class SteadyListTest {
    private final SteadyList list = new SteadyList();

    @Test
    void firstAnswerIsTakenAsItIs() {
        assertThat(list.servers()).isEmpty();

        assertThat(list.tell(servers("b", "a"))).isTrue();

        assertThat(list.servers()).isEqualTo(servers("a", "b"));
        assertThat(list.tell(servers("b", "a"))).as("the order says nothing").isFalse();
    }

    @Test
    void serverJoinsWhenItWasToldTwiceInARow() {
        list.tell(servers("a"));

        assertThat(list.tell(servers("a", "b"))).isFalse();
        assertThat(list.tell(servers("a", "b"))).isTrue();

        assertThat(list.servers()).isEqualTo(servers("a", "b"));
    }

    @Test
    void serverLeavesWhenItWasMissingThriceInARow() {
        list.tell(servers("a", "b"));

        assertThat(list.tell(servers("a"))).isFalse();
        assertThat(list.tell(servers("a"))).isFalse();
        assertThat(list.tell(servers("a"))).isTrue();

        assertThat(list.servers()).isEqualTo(servers("a"));
    }

    @Test
    void answersThatFlapMoveNothing() {
        list.tell(servers("a", "b"));

        for (int i = 0; i < 20; i++) {
            assertThat(list.tell(servers("a", "c"))).isFalse();
            assertThat(list.tell(servers("a", "b"))).isFalse();
        }

        assertThat(list.servers()).isEqualTo(servers("a", "b"));
    }

    @Test
    void wholeReplacementJoinsBeforeItLeaves() {
        list.tell(servers("a", "b"));

        list.tell(servers("c", "d"));
        list.tell(servers("c", "d"));
        assertThat(list.servers()).isEqualTo(servers("a", "b", "c", "d"));

        list.tell(servers("c", "d"));
        assertThat(list.servers()).isEqualTo(servers("c", "d"));
    }

    @Test
    void otherServersEachTimeNeverEmptyTheList() {
        list.tell(servers("a", "b"));

        for (int i = 0; i < 9; i++) {
            list.tell(servers("x" + i));
        }

        assertThat(list.servers()).isEqualTo(servers("a", "b"));
    }

    private static List<HostAndPort> servers(String... hosts) {
        return Arrays.stream(hosts).map(HostAndPort::of).toList();
    }
}
