package dev.grantex.gemma.cloud;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A page of the list of bundles.
 *
 * @param bundles the bundles, newest first
 * @param nextCursor where the next page starts; absent on the last one
 */
public record BundlePage(List<BundleMetadata> bundles, @Nullable String nextCursor) {

	public BundlePage {
		bundles = List.copyOf(bundles);
	}

}
