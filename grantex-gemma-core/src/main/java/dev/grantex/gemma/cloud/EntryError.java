package dev.grantex.gemma.cloud;

import java.io.Serializable;

import org.jspecify.annotations.Nullable;

/**
 * What the service has against one uploaded entry.
 *
 * @param seq the entry's sequence number; absent when the service could not read one
 * @param code such as {@code INVALID_SIGNATURE}, {@code DUPLICATE_SEQ} or
 * {@code SEQ_GAP}; absent when the answer holds no readable code
 */
public record EntryError(@Nullable Long seq, @Nullable String code) implements Serializable {

}
