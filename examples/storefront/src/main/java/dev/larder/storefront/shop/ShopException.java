package dev.larder.storefront.shop;

/** The shop could not do what a page asked because its database did not. */
public final class ShopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ShopException(String message, Throwable cause) {
        super(message, cause);
    }
}
