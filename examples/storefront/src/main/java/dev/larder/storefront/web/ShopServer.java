package dev.larder.storefront.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.larder.storefront.herd.Herd;
import dev.larder.storefront.meter.Meter;
import dev.larder.storefront.shop.Shop;
import dev.larder.storefront.shop.ShopException;
import dev.larder.storefront.status.StatusReport;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The shop's web server: the JDK's, with a virtual thread for each request and a bound on requests at once. Thread-safe.
 */
public final class ShopServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ShopServer.class.getName());
    /** Requests at once; further ones are sent away at once. */
    private static final int MAX_REQUESTS = 2_000;

    private static final int CLOSE_SECONDS = 2;
    private static final String SECURITY =
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Shop shop;
    private final StatusReport.Sources sources;
    private final Pages pages;
    private final Ticker ticker = Ticker.system();
    private final Semaphore room = new Semaphore(MAX_REQUESTS);
    private final AtomicLong begun = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final BrowsePages browse;
    private final EditPages edit;
    private final StatusPages status;
    private final Router router;
    private final Assets assets = new Assets();

    /** Serves on {@code server}, which is bound and not yet started. */
    public ShopServer(HttpServer server, StatusReport.Sources sources, Herd herd) {
        this.server = server;
        this.sources = sources;
        shop = sources.shop();
        pages = new Pages(assets, sources.surroundings());
        browse = new BrowsePages(shop, pages);
        edit = new EditPages(shop, browse);
        status = new StatusPages(sources, herd, pages);
        router = routes();
        server.setExecutor(threads);
        server.createContext("/", this::exchange);
    }

    public void start() {
        server.start();
    }

    /** Lets requests that run end, for two seconds at most. */
    @Override
    public void close() {
        server.stop(CLOSE_SECONDS);
        threads.shutdownNow();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!room.tryAcquire()) {
                send(exchange, Response.html(503, "The shop is full. Try again in a moment."));
                return;
            }
            long start = ticker.nanos();
            boolean alone = running.getAndIncrement() == 0;
            try {
                Meter meter = new Meter();
                Panel panel = new Panel(shop, meter, ticker, begun, alone);
                Response response = meter.during(() -> answer(exchange, panel));
                send(exchange, response);
            } finally {
                running.decrementAndGet();
                room.release();
                sources.latency().record(ticker.nanos() - start);
            }
        }
    }

    private Response answer(HttpExchange exchange, Panel panel) throws IOException {
        try {
            return router.answer(Request.read(exchange), panel);
        } catch (HttpFailure e) {
            return message(e, panel);
        } catch (ShopException e) {
            LOG.log(Level.WARNING, "a page failed: " + e.getMessage(), e);
            return message(
                    new HttpFailure(503, "The shop is out of order", "Its database does not answer. Try again soon."),
                    panel);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a page failed", e);
            return Response.html(500, "The shop made a mistake; its log says which.");
        }
    }

    private Router routes() {
        return new Router()
                .on("GET", "/", (request, none, panel) -> browse.home(panel))
                .on("GET", "/category/*", (request, id, panel) -> browse.category(id, panel))
                .on("GET", "/product/*", browse::product)
                .on("POST", "/product/*/edit", edit::product)
                .on("POST", "/product/*/stock", (request, article, panel) -> edit.stock(request, article))
                .on("GET", "/search", (request, none, panel) -> browse.search(request, panel))
                .on("GET", "/top", (request, none, panel) -> browse.top(panel))
                .on("GET", "/status", (request, none, panel) -> status.status(panel))
                .on("GET", "/status.json", (request, none, panel) -> status.json(request))
                .on("POST", "/status/strategy", (request, none, panel) -> status.switchStrategy(request))
                .on("POST", "/rebuild", (request, none, panel) -> status.rebuild())
                .on("POST", "/herd", (request, none, panel) -> status.herd(request))
                .on("GET", "/static/*", (request, name, panel) -> assets.answer(name));
    }

    private Response message(HttpFailure failure, Panel panel) {
        String page = pages.render(
                "message", panel, Map.of("status", failure.status(), "title", failure.title(), "text", failure.text()));
        return Response.html(failure.status(), page);
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        response.headers().forEach(headers::set);
        headers.set("Content-Security-Policy", SECURITY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "same-origin");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        byte[] body = response.body();
        if (head || body.length == 0) {
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
