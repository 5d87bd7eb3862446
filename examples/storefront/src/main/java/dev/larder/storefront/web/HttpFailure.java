package dev.larder.storefront.web;

/** A request that gets a page of its own saying why it was not answered. */
final class HttpFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;

    HttpFailure(int status, String title, String message) {
        super(message);
        this.status = status;
        this.title = title;
    }

    static HttpFailure badRequest(String message) {
        return new HttpFailure(400, "That request makes no sense", message);
    }

    static HttpFailure notFound(String message) {
        return new HttpFailure(404, "Nothing here", message);
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
