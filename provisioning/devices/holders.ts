import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process that has a device file open. */
export type Holder = { readonly pid: number; readonly name: string };

/**
 * The processes that hold a device file. Whoever plays the device at the other end of a pseudo-terminal holds both ends and is
 * not counted. Sees only what this user may look at; root sees all.
 *
 * @param device real path of the file.
 */
export function holdersOf(device: string, proc = "/proc"): Holder[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const files = openFiles(`${proc}/${pid}`);
      const holds = files.some(({ target }) => target === device);
      if (!holds || files.some((file) => isOtherEnd(file, device))) return [];
      return [{ pid: Number(pid), name: read(`${proc}/${pid}/comm`)?.trim() ?? "?" }];
    });
}

type OpenFile = { readonly target: string; readonly information: () => string };

function openFiles(process: string): OpenFile[] {
  try {
    return readdirSync(`${process}/fd`).flatMap((fd) => {
      try {
        const target = readlinkSync(`${process}/fd/${fd}`);
        return [{ target, information: () => read(`${process}/fdinfo/${fd}`) ?? "" }];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Linux writes the number of a pseudo-terminal beside its master end. */
function isOtherEnd({ target, information }: OpenFile, device: string): boolean {
  const [, number] = /^\/dev\/pts\/(\d+)$/.exec(device) ?? [];
  if (number === undefined || !/^\/dev\/(?:pts\/)?ptmx$/.test(target)) return false;
  return new RegExp(`^tty-index:\\s*${number}$`, "m").test(information());
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
