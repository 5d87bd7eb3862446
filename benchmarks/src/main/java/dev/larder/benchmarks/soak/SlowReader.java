package dev.larder.benchmarks.soak;

import java.io.IOException;

/** One that asks for long values, many at once, and reads what comes a little at a time. Confined to one thread. */
final class SlowReader implements Role {
    private static final int VALUE_BYTES = 200_000;
    private static final int ASKED = 100;
    private static final int PIECES = 20;
    private static final double PIECES_A_SECOND = 10;

    private final Stage stage;

    SlowReader(Stage stage) {
        this.stage = stage;
    }

    @Override
    public void run() throws IOException {
        Pace pace = new Pace(PIECES_A_SECOND);
        while (stage.goesOn()) {
            try (Talk talk = new Talk(stage.port())) {
                talk.request("SET", "slow", new byte[VALUE_BYTES]);
                talk.flush();
                stage.heard(talk.reply());
                for (int i = 0; i < ASKED; i++) {
                    talk.request("GET", "slow");
                }
                talk.flush();
                for (int i = 0; i < PIECES && stage.goesOn(); i++) {
                    stage.heard(talk.reply());
                    pace.await(1);
                }
                talk.breakOff(); // with most of the replies on their way
            }
        }
    }
}
