/** What the journal still holds for a document when it is opened. */

import type { Journal } from "../../journal/journal";
import { type Operation, readChanges } from "../../model/edits";

const UNREADABLE = "This version of Groundplane cannot read the edit.";

/**
 * The unsent edits, oldest first. One that an update of Groundplane has made unreadable is refused
 * here: it would keep the document from being opened.
 */
export async function readUnsent(journal: Journal, documentId: string): Promise<Operation[]> {
  const read: Operation[] = [];
  for (const { transaction } of await journal.pending(documentId)) {
    const { op_id, changes } = transaction;
    try {
      read.push({ op_id, changes: readChanges(changes) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      await journal.refuse([{ op_id, refused: UNREADABLE }]);
    }
  }
  return read;
}
