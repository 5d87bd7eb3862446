package dev.larder.benchmarks.soak;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** One that listens to a channel; deaf ones do not read what they hear, and are to be ended. Confined to one thread. */
final class Listeners implements Role {
    private final Stage stage;
    private final boolean isDeaf;

    Listeners(Stage stage, boolean isDeaf) {
        this.stage = stage;
        this.isDeaf = isDeaf;
    }

    /** Sends messages to both, and one after the end, so that nobody waits for another. */
    static Role speaker(Stage stage) {
        byte[] message = new byte[4_000];
        return () -> {
            Pace pace = stage.pace(0.05);
            try (Talk talk = new Talk(stage.port())) {
                boolean wasLast;
                do {
                    wasLast = !stage.goesOn();
                    talk.request("PUBLISH", "news", message);
                    talk.flush();
                    stage.heard(talk.reply());
                    pace.await(1);
                } while (!wasLast);
            }
        };
    }

    @Override
    public void run() throws IOException {
        while (stage.goesOn()) {
            try (Talk talk = new Talk(stage.port())) {
                talk.request("SUBSCRIBE", "news");
                talk.flush();
                stage.heard(talk.reply());
                if (isDeaf) {
                    sleep(talk);
                } else {
                    hear(talk);
                }
            }
        }
    }

    private void hear(Talk talk) throws IOException {
        while (stage.goesOn()) {
            try {
                talk.reply();
                stage.tally().message();
            } catch (SocketTimeoutException nothingSaid) {
                stage.tally().error("a listener has heard nothing for a minute");
                return;
            }
        }
    }

    /** Until the server hangs up, which shows when something is sent to it. */
    private void sleep(Talk talk) throws IOException {
        Pace pace = new Pace(1);
        try {
            while (stage.goesOn()) {
                pace.await(1);
                talk.request("PING");
                talk.flush();
            }
        } catch (SocketException hungUp) {
            stage.tally().cut();
        }
    }
}
