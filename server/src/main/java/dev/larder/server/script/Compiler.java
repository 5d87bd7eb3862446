package dev.larder.server.script;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.compiler.LuaC;

/** From text to programs. Thread-safe. */
public final class Compiler {
    private static final List<String> FLAGS =
            List.of("no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys");
    private static final byte BYTECODE = 0x1B;
    private static final Pattern QUOTED = Pattern.compile("\"(.*)\"");
    private static final Pattern POINTS = Pattern.compile("(?<![\\w.])((?=\\.?\\d)[\\w.]*?\\.[\\w.]*?\\.[\\w.]*)");

    private Compiler() {}

    /** SHA-1 of a text in hex digits. */
    public static String sha(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /**
     * Compiles a script.
     *
     * @param text is kept
     * @throws ScriptException if it is no Lua, or its first line has flags that nobody knows
     */
    public static Program compile(String sha, byte[] text) {
        Set<String> flags = new LinkedHashSet<>();
        byte[] body = text;
        if (text.length > 1 && text[0] == '#' && text[1] == '!') {
            int end = 0;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            if (end == text.length) {
                throw new ScriptException("ERR Invalid script shebang");
            }
            shebang(new String(text, 0, end, StandardCharsets.UTF_8), flags);
            body = text.clone();
            Arrays.fill(body, 0, end, (byte) ' ');
        }
        try {
            return new Program(sha, text, prototype(body, "@user_script"), flags);
        } catch (ScriptException wrong) {
            throw new ScriptException("ERR Error compiling script (new function): " + wrong.text());
        }
    }

    private static void shebang(String line, Set<String> flags) {
        String[] words = line.split(" +");
        if (!words[0].equals("#!lua")) {
            throw new ScriptException("ERR Unexpected engine in script shebang: " + words[0]);
        }
        for (int i = 1; i < words.length; i++) {
            if (!words[i].startsWith("flags=")) {
                throw new ScriptException("ERR Unknown lua shebang option: " + words[i]);
            }
            for (String flag : words[i].substring("flags=".length()).split(",")) {
                if (!flag.isEmpty() && !FLAGS.contains(flag)) {
                    throw new ScriptException("ERR Unexpected flag in script shebang: " + flag);
                }
                flags.add(flag);
            }
        }
    }

    static Prototype prototype(byte[] text, String name) {
        if (text.length > 0 && text[0] == BYTECODE) {
            throw new ScriptException("compiled scripts are not accepted");
        }
        try {
            Prototype function = LuaC.instance.compile(new ByteArrayInputStream(text), name);
            Concatenation.replace(function);
            return function;
        } catch (LuaError wrong) {
            throw new ScriptException(Failures.compilation(wrong));
        } catch (NumberFormatException malformed) {
            throw new ScriptException(malformed(text, name, String.valueOf(malformed.getMessage())));
        } catch (IOException | RuntimeException bug) {
            throw new ScriptException("the text cannot be read (" + bug + ")");
        } catch (StackOverflowError deep) {
            throw new ScriptException("chunk has too many syntax levels");
        }
    }

    /** Of a number that is none the interpreter's compiler says what the JDK does, without a line: so lines are tried. */
    private static String malformed(byte[] text, String name, String said) {
        int[] ends = IntStream.concat(
                        IntStream.range(0, text.length).filter(i -> text[i] == '\n'), IntStream.of(text.length))
                .toArray();
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isMalformed(text, ends[middle], name)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        int begin = low == 0 ? 0 : ends[low - 1];
        String line = new String(text, begin, ends[low] - begin, StandardCharsets.ISO_8859_1);
        Matcher number = QUOTED.matcher(said);
        boolean isFound = number.find();
        if (!isFound) {
            number = POINTS.matcher(line);
            isFound = number.find();
        }
        String near = isFound ? " near '" + number.group(1) + "'" : "";
        return name.replaceFirst("^[@=]", "") + ":" + (low + 1) + ": malformed number" + near;
    }

    private static boolean isMalformed(byte[] text, int length, String name) {
        try {
            LuaC.instance.compile(new ByteArrayInputStream(text, 0, length), name);
            return false;
        } catch (NumberFormatException malformed) {
            return true;
        } catch (IOException | RuntimeException cutOff) {
            return false;
        }
    }
}
