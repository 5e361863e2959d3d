/** The files of what was dropped or chosen, with their paths. */

export interface PathFile {
  readonly path: string;
  readonly file: File;
}

/** Of a chosen folder, or of single files. */
export function chosenFiles(list: FileList): readonly PathFile[] {
  return Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** To be called while the drop is handled: later the browser has forgotten what it was. */
export function droppedFiles(transfer: DataTransfer): Promise<readonly PathFile[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry());
  if (entries.every((entry) => entry === null)) return Promise.resolve(chosenFiles(transfer.files));
  return walked(entries.filter((entry) => entry !== null));
}

async function walked(entries: readonly FileSystemEntry[]): Promise<readonly PathFile[]> {
  const found: PathFile[] = [];
  for (const entry of entries) {
    if (isFile(entry)) {
      const file = await new Promise<File>((done, failed) => entry.file(done, failed));
      found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    } else if (isDirectory(entry)) found.push(...(await walked(await childrenOf(entry))));
  }
  return found;
}

/** The browser gives them a hundred at a time, until it gives none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => {
      reader.readEntries(done, failed);
    });
    if (some.length === 0) return children;
    children.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
