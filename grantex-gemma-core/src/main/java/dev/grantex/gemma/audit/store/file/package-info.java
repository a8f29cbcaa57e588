/**
 * Keeps chains in the files of one directory. It owns what is there and knows which of
 * this process's chains has which file; what others did to the files it sees and says.
 * For each open chain one writer, and the locks in this order: retention's, the seal's,
 * the writer's. It uses the seam, canonical JSON, private files and the root; what it
 * knows of entries it asks the seam's codec. Nothing of this is API: it is public for the
 * log's builder and the auditor's tool.
 */
@NullMarked
package dev.grantex.gemma.audit.store.file;

import org.jspecify.annotations.NullMarked;
