package dev.larder.server.acl;

/**
 * Why a request is refused.
 *
 * @param object the command, the key or the channel; characters are bytes
 */
public record Denial(Reason reason, String object) {
    /** What may not be used. */
    public enum Reason {
        COMMAND("command"),
        KEY("key"),
        CHANNEL("channel"),
        LOGIN("auth");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** As the log has it. */
        public String word() {
            return word;
        }
    }
}
