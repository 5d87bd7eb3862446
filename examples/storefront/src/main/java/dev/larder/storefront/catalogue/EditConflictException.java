package dev.larder.storefront.catalogue;

/** What is to be changed has been changed by someone else since it was read. Nothing was written. */
public final class EditConflictException extends Exception {
    private static final long serialVersionUID = 1L;

    public EditConflictException(String message) {
        super(message);
    }
}
