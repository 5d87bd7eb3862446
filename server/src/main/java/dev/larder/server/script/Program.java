package dev.larder.server.script;

import java.util.Set;
import org.luaj.vm2.Prototype;

/** A compiled script, for any number of interpreters at the same time. Immutable, but for what was learnt of it. */
public final class Program {
    private final String sha;
    private final byte[] text;
    private final Prototype prototype;
    private final Set<String> flags;
    private volatile boolean isGreedy;

    Program(String sha, byte[] text, Prototype prototype, Set<String> flags) {
        this.sha = sha;
        this.text = text;
        this.prototype = prototype;
        this.flags = flags;
    }

    /** The digest that clients call it by, 40 hex digits. */
    public String sha() {
        return sha;
    }

    /** Bytes of its text. */
    public int bytes() {
        return text.length;
    }

    /** Whether its first line has a flag: {@code #!lua flags=no-writes}. */
    public boolean has(String flag) {
        return flags.contains(flag);
    }

    /** Whether its first line is {@code #!lua …}. */
    public boolean hasFlags() {
        return text.length > 1 && text[0] == '#' && text[1] == '!';
    }

    /** Whether it was seen to use keys that it had not declared. */
    public boolean isGreedy() {
        return isGreedy;
    }

    /** It uses keys that it does not declare. */
    public void greedy() {
        isGreedy = true;
    }

    Prototype prototype() {
        return prototype;
    }
}
