package dev.larder.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class BusPositionTest {
    private static BusPosition at(long high, long low) {
        return new BusPosition("log", high, low);
    }

    @Test
    void textIsReadBack() {
        List<BusPosition> positions =
                List.of(at(0, 0), at(0, 1), at(0, -1), at(1, 0), at(1, 0xfL << 60), at(-1, -1), at(0x18c9a2b3f4dL, 7));

        assertThat(positions).allSatisfy(position -> {
            assertThat(BusPosition.read(position.toString())).isEqualTo(position);
            assertThat(position.toString()).matches("[A-Za-z0-9._-]{1," + BusPosition.LONGEST_TEXT + "}");
        });
    }

    @Test
    void numbersAreComparedWithoutSign() {
        assertThat(at(0, -1).covers(at(0, 1))).isTrue();
        assertThat(at(0, 1).covers(at(0, -1))).isFalse();
        assertThat(at(1, 0).covers(at(0, -1))).isTrue();
        assertThat(at(-1, 0).covers(at(1, -1))).isTrue();
        assertThat(at(3, 4).covers(at(3, 4))).isTrue();
        assertThat(at(3, 4).covers(at(3, 5))).isFalse();
    }

    @Test
    void otherLogIsNeverCovered() {
        BusPosition other = new BusPosition("other", 0, 0);

        assertThat(at(9, 9).covers(other)).isFalse();
        assertThat(at(9, 9).orLater(new BusPosition("other", 99, 0))).isEqualTo(at(9, 9));
    }

    @Test
    void laterOneIsTaken() {
        assertThat(at(0, 5).orLater(at(0, 7))).isEqualTo(at(0, 7));
        assertThat(at(0, 7).orLater(at(0, 5))).isEqualTo(at(0, 7));
        assertThat(at(0, 7).orLater(null)).isEqualTo(at(0, 7));
    }

    @Test
    void otherTextsAreNone() {
        List<String> texts = List.of(
                "",
                ".",
                "log",
                "log.",
                ".1",
                "log.01",
                "log.G",
                "log.A",
                "log.-1",
                "log.+1",
                "log. 1",
                "lo g.1",
                "log.1.2",
                "log.1\n",
                "l\u00f6g.1",
                "x".repeat(33) + ".1",
                "log." + "1".repeat(33),
                "1".repeat(1 << 20));

        assertThat(texts).allSatisfy(text -> assertThat(BusPosition.read(text)).isNull());
    }

    @Test
    void nameOfALogTellsItFromOthersAndIsChecked() {
        String log = BusPosition.log("kind", "a", "bc");

        assertThat(log).startsWith("kind-").hasSize(21).isNotEqualTo(BusPosition.log("kind", "ab", "c"));
        assertThat(BusPosition.log("kind", "a", "bc")).isEqualTo(log);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BusPosition("a b", 0, 0))
                .withMessageContaining("'a b'");
    }
}
