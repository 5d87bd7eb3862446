package dev.larder.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.resp.ReplyWriter.Aggregate;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyWriterTest {
    @Test
    void eachMeaningHasItsBytesInEachVersion() {
        says("+OK|", "+OK|", ReplyWriter::ok);
        says("+a  b|", "+a  b|", writer -> writer.simple("a\r\nb"));
        says("-ERR no  such|", "-ERR no  such|", writer -> writer.error("ERR no\r\nsuch"));
        says("-ERR \u00c3\u00a4|", "-ERR \u00c3\u00a4|", writer -> writer.error("ERR \u00e4"));
        says("$-1|", "_|", ReplyWriter::nil);
        says("*-1|", "_|", ReplyWriter::nilArray);
        says("$0||", "$0||", writer -> writer.bulk(""));
        says("$2|\u00c3\u00a4|", "$2|\u00c3\u00a4|", writer -> writer.bulk("\u00e4"));
        says("$2|bc|", "$2|bc|", writer -> writer.bulk(new byte[] {'a', 'b', 'c', 'd'}, 1, 2));
        says("$3|-17|", "$3|-17|", writer -> writer.bulkLong(-17));
        says("*3|", "*3|", writer -> writer.array(3));
        says("*6|", "%3|", writer -> writer.map(3));
        says("*3|", "~3|", writer -> writer.set(3));
        says("*3|", ">3|", writer -> writer.push(3));
        says(":1|:0|", "#t|#f|", writer -> {
            writer.bool(true);
            writer.bool(false);
        });
        says("$4|1.25|", ",1.25|", writer -> writer.real(1.25));
        says("$4|-inf|", ",-inf|", writer -> writer.real(Double.NEGATIVE_INFINITY));
        says("$3|nan|", ",nan|", writer -> writer.real(Double.NaN));
        says("$20|12345678901234567890|", "(12345678901234567890|", writer -> writer.bigNumber("12345678901234567890"));
        says("$4|text|", "=8|txt:text|", writer -> writer.verbatim("txt", "text"));
        says(":7|", "|1|+a|+b|:7|", writer -> {
            if (writer.attribute(1)) {
                writer.simple("a");
                writer.simple("b");
            }
            writer.integer(7);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "0",
        "9",
        "10",
        "99",
        "100",
        "12345",
        "-1",
        "-10",
        "9223372036854775807",
        "-9223372036854775808",
        "1000000000"
    })
    void integersAreWrittenInDigits(long number) {
        says(":" + number + "|", ":" + number + "|", writer -> writer.integer(number));
        String digits = Long.toString(number);
        says(
                "$" + digits.length() + "|" + digits + "|",
                "$" + digits.length() + "|" + digits + "|",
                writer -> writer.bulkLong(number));
    }

    @Test
    void aCommandMayPutItsBytesIntoTheSinkItself() {
        ByteSink sink = new ByteSink(0);
        ReplyWriter writer = new ReplyWriter(sink);

        int at = writer.bulk(5_000);
        sink.array()[at + 4_999] = 'x';
        writer.ok();

        String text = text(sink);
        assertThat(text).startsWith("$5000|").endsWith("x|+OK|").hasSize(6 + 5_000 + 1 + 4);
    }

    @Test
    void whatIsCountedLaterStandsWhereItBegan() {
        says("+a|*2|:1|*4|+k|:2|+l|:3|+z|", "+a|*2|:1|%2|+k|:2|+l|:3|+z|", writer -> {
            writer.simple("a");
            int outer = writer.open();
            writer.integer(1);
            int inner = writer.open();
            writer.simple("k");
            writer.integer(2);
            writer.simple("l");
            writer.integer(3);
            writer.close(inner, Aggregate.MAP, 2);
            writer.close(outer, Aggregate.ARRAY, 2);
            writer.simple("z");
        });
        says("*0|", "~0|", writer -> writer.close(writer.open(), Aggregate.SET, 0));
        says("*2147483647|", "*2147483647|", writer -> writer.close(writer.open(), Aggregate.ARRAY, Integer.MAX_VALUE));
        says("*4294967294|", "%2147483647|", writer -> writer.close(writer.open(), Aggregate.MAP, Integer.MAX_VALUE));
    }

    @Test
    void whatACommandBeganCanBeTakenBack() {
        says("-ERR later|", "-ERR later|", writer -> {
            int before = writer.sink().length();
            writer.array(3);
            writer.integer(1);
            writer.takeBack(before);
            writer.error("ERR later");
        });
    }

    @Test
    void aTypeOfTextHasThreeLetters() {
        ReplyWriter writer = new ReplyWriter(new ByteSink(0));
        writer.three(true);

        assertThatThrownBy(() -> writer.verbatim("text", "a")).hasMessageContaining("3 letters but was 'text'");
    }

    @Test
    void aSinkGivesBackTheMemoryOfALongReply() {
        ByteSink sink = new ByteSink(1_000);
        sink.put(new byte[100_000]);
        assertThat(sink.length()).isEqualTo(100_000);

        sink.clear();

        assertThat(sink.length()).isZero();
        assertThat(sink.array().length).isLessThanOrEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3",
        "-0.0, -0",
        "3.1, 3.1000000000000001",
        "0.1, 0.10000000000000001",
        "0.5, 0.5",
        "1e15, 1000000000000000",
        "1e16, 10000000000000000",
        "1e17, 1e+17",
        "123456789012345678, 1.2345678901234568e+17",
        "1e300, 1.0000000000000001e+300",
        "0.0001, 0.0001",
        "0.00001, 1.0000000000000001e-05",
        "4.9e-324, 4.9406564584124654e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "-2.5e-7, -2.4999999999999999e-07",
    })
    void realsHaveTheDigitsOfRedis7(double number, String text) {
        assertThat(Reals.text(number)).isEqualTo(text);
    }

    @Test
    void realsReadBackAsWhatTheyWere() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 5_000; i++) {
            double number = Double.longBitsToDouble(random.nextLong());
            if (!Double.isNaN(number) && !Double.isInfinite(number)) {
                assertThat(Double.parseDouble(Reals.text(number))).isEqualTo(number);
            }
        }
    }

    private static void says(String two, String three, Consumer<ReplyWriter> what) {
        ByteSink sink = new ByteSink(0);
        ReplyWriter writer = new ReplyWriter(sink);
        what.accept(writer);
        assertThat(text(sink)).as("RESP2").isEqualTo(two);

        sink.clear();
        writer.three(true);
        what.accept(writer);
        assertThat(text(sink)).as("RESP3").isEqualTo(three);
    }

    private static String text(ByteSink sink) {
        return new String(sink.array(), 0, sink.length(), StandardCharsets.ISO_8859_1).replace("\r\n", "|");
    }
}
