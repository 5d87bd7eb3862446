package dev.larder.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyParserTest {
    static final String SPOKEN = "+OK|-ERR no|:-7|$3|abc|$0||$-1|*-1|_|*0|*2|:1|*1|$1|a|%1|+k|~2|:1|:2|>2|+message|+x|"
            + "#t|#f|,1.5|,-inf|,nan|(123456789012345678901|=7|txt:abc|!5|ERR x|" + "\u00a61|+ttl|:3|+after|";
    private static final ReplyLimits SMALL = new ReplyLimits(1_000, 60, 50, 4);
    private static final String[] PIECES = SPOKEN.split("(?<=\\|)", -1);

    @Test
    void repliesOfBothVersionsAreRead() {
        assertThat(heard(parser(), SPOKEN))
                .containsExactly(
                        "+OK",
                        "-ERR no",
                        ":-7",
                        "$abc",
                        "$",
                        "nil",
                        "nil",
                        "nil",
                        "ARRAY[]",
                        "ARRAY[:1, ARRAY[$a]]",
                        "{+k, SET[:1, :2]}",
                        "PUSH[+message, +x]",
                        "true",
                        "false",
                        "1.5",
                        "-Infinity",
                        "NaN",
                        "123456789012345678901",
                        "txt:abc",
                        "-ERR x",
                        "+after");
    }

    @Test
    void aSplitAtAnyByteChangesNothing() {
        List<String> whole = heard(parser(), SPOKEN);
        for (int cut = 0; cut < SPOKEN.length(); cut++) {
            ReplyParser parser = parser();
            String all = SPOKEN.replace("|", "\r\n").replace('\u00a6', '|');
            List<String> halves = heardBytes(parser, all.substring(0, Math.min(cut, all.length())));
            halves.addAll(heardBytes(parser, all.substring(Math.min(cut, all.length()))));

            assertThat(halves).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|",
                "x|",
                ":|",
                ":1x|",
                "$-2|",
                "$1001|",
                "$1|ab|",
                "*-2|",
                "*51|",
                "#x|",
                ",x|",
                ",0x1p3|",
                "(1.5|",
                "_x|",
                "=3|abc|",
                "=2|ab|",
                "$?|",
                "*1|*1|*1|*1|*1|",
                "+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void whatIsNoReplyIsRefusedForGood(String text) {
        ReplyParser parser = new ReplyParser(SMALL);
        assertThatThrownBy(() -> heard(parser, text)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> heard(parser, "+OK|")).isInstanceOf(ProtocolException.class);
        assertThat(parser.heldBytes()).isZero();
    }

    @Test
    void aLineEndsWithCarriageReturnAndLineFeed() {
        assertThatThrownBy(() -> heardBytes(parser(), "+OK\n")).isInstanceOf(ProtocolException.class);
    }

    @Test
    void elementsAreCountedAtAllDepths() {
        ReplyParser parser = new ReplyParser(SMALL);

        assertThatThrownBy(() -> heard(parser, "*10|" + ("*9|" + ":1|".repeat(9)).repeat(10)))
                .hasMessageContaining("more than 50 elements");
    }

    @Test
    void announcedLengthsTakeNoMemory() {
        ReplyParser parser = parser();

        heard(parser, "$500000000|abc");

        assertThat(parser.heldBytes()).isLessThan(70_000);
    }

    @Test
    void damageGivesRepliesOrAProtocolException() {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        System.out.println("seed " + seed);
        for (int round = 0; round < 10_000; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            byte[] bytes = damaged(random);

            List<String> whole = outcome(bytes, random, bytes.length);

            assertThat(outcome(bytes, random, 1 + random.nextInt(8)))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(whole);
        }
    }

    private static List<String> outcome(byte[] bytes, SplittableRandom random, int maxPiece) {
        ReplyParser parser = new ReplyParser(SMALL);
        List<String> outcome = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; ) {
                int count =
                        Math.min(bytes.length - at, maxPiece == bytes.length ? maxPiece : 1 + random.nextInt(maxPiece));
                ByteBuffer piece = ByteBuffer.wrap(bytes, at, count);
                at += count;
                for (Reply reply = parser.next(piece); reply != null; reply = parser.next(piece)) {
                    outcome.add(shown(reply));
                }
                assertThat(parser.heldBytes()).isLessThan(70_000);
            }
        } catch (ProtocolException e) {
            outcome.add(e.getMessage());
        }
        return outcome;
    }

    private static byte[] damaged(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        for (int i = random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
        }
        return text.toString().replace("|", "\r\n").replace('\u00a6', '|').getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ReplyParser parser() {
        return new ReplyParser(ReplyLimits.DEFAULT);
    }

    private static List<String> heard(ReplyParser parser, String text) {
        return heardBytes(parser, text.replace("|", "\r\n").replace('\u00a6', '|'));
    }

    private static List<String> heardBytes(ReplyParser parser, String text) {
        List<String> heard = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        for (Reply reply = parser.next(in); reply != null; reply = parser.next(in)) {
            heard.add(shown(reply));
        }
        return heard;
    }

    static String shown(Reply reply) {
        if (reply instanceof Reply.Several several) {
            return several.kind().toString()
                    + several.elements().stream().map(ReplyParserTest::shown).toList();
        } else if (reply instanceof Reply.Pairs pairs) {
            String inner = pairs.keysAndValues().stream()
                    .map(ReplyParserTest::shown)
                    .toList()
                    .toString();
            return "{" + inner.substring(1, inner.length() - 1) + "}";
        } else if (reply instanceof Reply.Bulk bulk) {
            return "$" + new String(bulk.bytes(), StandardCharsets.ISO_8859_1);
        } else if (reply instanceof Reply.Simple simple) {
            return "+" + simple.text();
        } else if (reply instanceof Reply.Failure failure) {
            return "-" + failure.message();
        } else if (reply instanceof Reply.Int number) {
            return ":" + number.number();
        } else if (reply instanceof Reply.Real real) {
            return Double.toString(real.number());
        } else if (reply instanceof Reply.Bool bool) {
            return Boolean.toString(bool.is());
        } else if (reply instanceof Reply.Big big) {
            return big.number().toString();
        } else if (reply instanceof Reply.Verbatim verbatim) {
            return verbatim.type() + ":" + verbatim.text();
        }
        return "nil";
    }
}
