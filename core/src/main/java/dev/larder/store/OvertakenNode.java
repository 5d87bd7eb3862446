package dev.larder.store;

/** A value whose key was invalidated while it was loaded: it is stored nowhere, and void to all but who had it loaded. */
final class OvertakenNode<K, V> extends DetailedNode<K, V> {
    OvertakenNode(Node<K, V> node) {
        super(node.key(), node.value(), node.weight(), node.bornNanos(), node.bornNanos(), node.bornNanos());
    }

    @Override
    public boolean isVoid() {
        return true;
    }
}
