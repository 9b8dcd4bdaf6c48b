import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { debianKernel, type Kernel, Unavailable } from "./kernel.ts";

export const QEMU = "qemu-system-x86_64";

/** @throws Unavailable with the reason why this machine cannot emulate a PC; the kernel when it can. */
export function requirements(): Kernel {
  if (process.arch !== "x64")
    throw new Unavailable(`the guest runs this machine's programs, and ${process.arch} is not x64`);
  const folders = (process.env.PATH ?? "").split(":");
  if (!folders.some((folder) => existsSync(join(folder, QEMU))))
    throw new Unavailable(`${QEMU} is not there (as root: apt-get install qemu-system-x86)`);
  return debianKernel(join(homedir(), ".cache", "ventanilla", "usb-lab"));
}

/** The kernel, or why there is none. */
export function kernelOrReason(): Kernel | string {
  try {
    return requirements();
  } catch (error) {
    if (error instanceof Unavailable) return error.message;
    throw error;
  }
}
