/**
 * Who may do what: users, their passwords, and the rules that say which commands, keys and channels they may use. It knows
 * commands by their numbers only ({@link dev.larder.server.acl.Catalogue}). Open {@link dev.larder.server.acl.Users} first.
 */
@NullMarked
package dev.larder.server.acl;

import org.jspecify.annotations.NullMarked;
