package dev.larder.server.warm;

/** Ends a warm-up before all is done. Without a stack trace: its text says everything. */
final class Enough extends Exception {
    private static final long serialVersionUID = 1;

    private final Summary.Ending ending;

    /** @param why a sentence; empty where it ends as it should */
    Enough(Summary.Ending ending, String why) {
        super(why, null, false, false);
        this.ending = ending;
    }

    static Enough stopped() {
        return new Enough(Summary.Ending.STOPPED, "it was stopped");
    }

    Summary.Ending ending() {
        return ending;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
