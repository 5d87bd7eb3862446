package dev.larder.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Bytes that scripts are given by their callers, to the libraries that read them, and texts of scripts. Each is read, or an
 * error of Lua's. {@code JAZZER_FUZZ=1} looks for more.
 */
class LibrariesFuzzTest {
    private static final Library JSON = JsonLibrary.of();
    private static final Library MESSAGE_PACK = MessagePackLibrary.of();
    private static final Library STRUCT = StructLibrary.of();

    private static Varargs call(Library library, String function, LuaValue... given) {
        return library.rawget(LuaValue.valueOf(function)).invoke(LuaValue.varargsOf(given));
    }

    private static LuaString text(byte[] data) {
        return LuaString.valueUsing(data, 0, data.length);
    }

    @FuzzTest(maxDuration = "1m")
    void jsonIsReadOrRefused(byte[] data) {
        LuaValue read;
        try {
            read = call(JSON, "decode", text(data)).arg1();
        } catch (LuaError refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        try {
            LuaValue written = call(JSON, "encode", read).arg1();
            LuaValue again = call(JSON, "decode", written).arg1();
            assertThat(again.typename()).isEqualTo(read.typename());
        } catch (LuaError refused) {
            assertThat(refused.getMessage()).startsWith("Cannot serialise");
        }
    }

    @FuzzTest(maxDuration = "1m")
    void messagePackIsReadOrRefused(byte[] data) {
        try {
            call(MESSAGE_PACK, "unpack_limit", text(data), LuaValue.valueOf(2), LuaValue.valueOf(0));
            Varargs read = call(MESSAGE_PACK, "unpack", text(data));
            LuaValue[] values = new LuaValue[read.narg()];
            Arrays.setAll(values, i -> read.arg(i + 1));
            LuaValue written = call(MESSAGE_PACK, "pack", values).arg1();
            assertThat(call(MESSAGE_PACK, "unpack", written).narg()).isEqualTo(read.narg());
        } catch (LuaError refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    /** A format up to a zero, a place up to the next one, and the bytes to be read by it. */
    @FuzzTest(maxDuration = "1m")
    void structuresAreReadOrRefused(byte[] data) {
        int first = zero(data, 0);
        int second = zero(data, first + 1);
        LuaString format = text(Arrays.copyOf(data, first));
        LuaString place = text(Arrays.copyOfRange(data, Math.min(first + 1, data.length), second));
        LuaString bytes = text(Arrays.copyOfRange(data, Math.min(second + 1, data.length), data.length));
        try {
            call(STRUCT, "size", format);
        } catch (LuaError refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        try {
            Varargs read = place.m_length == 0
                    ? call(STRUCT, "unpack", format, bytes)
                    : call(STRUCT, "unpack", format, bytes, place);
            assertThat(read.narg()).isPositive();
        } catch (LuaError refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    private static int zero(byte[] data, int from) {
        int at = Math.min(from, data.length);
        while (at < data.length && data[at] != 0) {
            at++;
        }
        return at;
    }

    @FuzzTest(maxDuration = "1m")
    void scriptsAreCompiledOrRefused(byte[] data) {
        try {
            assertThat(Compiler.compile(Compiler.sha(data), data)).isNotNull();
        } catch (ScriptException refused) {
            assertThat(refused.text().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
            assertThat(refused.text()).doesNotContain("the text cannot be read");
        }
    }
}
