import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Directories hold no data of their own but names: those are on disk only after this. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces `file` as a whole: after a power cut it holds the old content or the new one, never a part. The new content is on
 * disk when this returns.
 *
 * @param mode of the file, e.g. 0o600.
 */
export async function writeDurably(file: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const beside = `${file}.new`;
  try {
    await withFile(beside, "w", mode, async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
}

async function withFile<T>(
  file: string,
  flags: string,
  mode: number,
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(file, flags, mode);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}
