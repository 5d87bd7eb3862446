package dev.larder.storefront.web;

import dev.larder.storefront.catalogue.TopViewed;
import dev.larder.storefront.herd.Herd;
import dev.larder.storefront.herd.HerdReport;
import dev.larder.storefront.shop.Shop;
import dev.larder.storefront.shop.Strategy;
import dev.larder.storefront.status.StatusReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The status page, its JSON twin, and what can be switched and tried out there. Thread-safe. */
final class StatusPages {
    /** What the button sends. */
    static final int HERD = 1_000;

    private final Shop shop;
    private final StatusReport.Sources sources;
    private final Herd herd;
    private final Pages pages;
    private final JsonMapper json = JsonMapper.builder().build();

    StatusPages(StatusReport.Sources sources, Herd herd, Pages pages) {
        this.shop = sources.shop();
        this.sources = sources;
        this.herd = herd;
        this.pages = pages;
    }

    Response status(Panel panel) {
        StatusReport report = StatusReport.of(sources, Long.MAX_VALUE);
        Map<String, Object> model = new HashMap<>();
        model.put("report", report);
        model.put("caches", List.copyOf(report.caches().entrySet()));
        model.put("strategies", Strategy.values());
        model.put("current", shop.strategy());
        model.put("rebuild", Pages.words(report.rebuild()));
        model.put("products", Views.count(report.products()));
        model.put("stores", Views.count(report.stores()));
        model.put("stockRows", Views.count(report.stockRows()));
        model.put("herd", HERD);
        model.put("herdMillis", Herd.QUERY_TIME.toMillis());
        model.put("path", "/status");
        return Response.html(200, pages.render("status", panel, model));
    }

    /** {@code ?after=N} adds the history behind second N. */
    Response json(Request request) {
        String after = request.query().get("after");
        long second = after == null ? Long.MAX_VALUE : after.equals("-1") ? -1 : Input.id("after", after);
        return Response.json(json.writeValueAsBytes(StatusReport.of(sources, second)));
    }

    Response switchStrategy(Request request) {
        try {
            shop.switchTo(Strategy.named(Input.field(request.form(), "strategy")));
        } catch (IllegalArgumentException e) {
            throw HttpFailure.badRequest(e.getMessage() + ".");
        } catch (IllegalStateException e) {
            throw new HttpFailure(409, "Not now", e.getMessage() + ".");
        }
        return Response.seeOther("/status");
    }

    Response rebuild() {
        if (!shop.startRebuild()) {
            throw new HttpFailure(409, "Not now", "The catalogue is being rebuilt already.");
        }
        return Response.seeOther("/status#rebuild");
    }

    /** Sends a herd for the product that is viewed least often among the most viewed. */
    Response herd(Request request) {
        boolean isProtected = switch (Input.field(request.form(), "protection")) {
            case "with" -> true;
            case "without" -> false;
            default -> throw HttpFailure.badRequest("The field 'protection' must be 'with' or 'without'.");
        };
        List<TopViewed.Viewed> top = shop.top().products();
        if (top.isEmpty()) {
            throw HttpFailure.notFound("There is no product to ask for.");
        }
        long article = top.getLast().article();
        try {
            HerdReport report =
                    isProtected ? herd.withProtection(article, HERD) : herd.withoutProtection(article, HERD);
            sources.herds().keep(isProtected, report);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpFailure(503, "Closing", "The shop closes.");
        }
        return Response.seeOther("/status#herd");
    }
}
