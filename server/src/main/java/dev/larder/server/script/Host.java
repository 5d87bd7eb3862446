package dev.larder.server.script;

import dev.larder.protocol.bytes.ByteSink;
import org.jspecify.annotations.Nullable;

/** What a script reaches outside itself. Called by the interpreter's thread. */
public interface Host {
    /** Runs a command; its reply, which may be an error, is all that is in the sink, until the next call. */
    ByteSink call(Words words);

    /** Replies are RESP3 from now on, or RESP2. */
    void three(boolean is);

    /** Writes to the server's log; {@code level} from 0, debug, to 3, warning. */
    void log(int level, String text);

    /** Whether the caller may use a command with these words; null if there is no such command. */
    @Nullable Boolean mayCall(Words words);

    /** Is asked every so many instructions; throws an {@link Error} of its own to end the script. */
    void check();
}
