import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import { type RunOptions, run } from "../process.ts";

/** The system that is worked on: this one, or one that lies in a folder and is not running. */
export type Machine = {
  /** `/` for the running system. */
  readonly root: string;
  /** Whether systemd runs there, so that units can be started. */
  readonly running: boolean;
  run(command: readonly string[], options?: RunOptions): Promise<Result<string, CodedError<"install.command-failed">>>;
  exists(path: string): boolean;
  read(path: string): string | undefined;
  /** Writes a file of root's, with its directories. */
  write(path: string, content: string, mode?: number): void;
  remove(path: string): void;
  /** Where a file of the machine lies for this process. */
  path(path: string): string;
};

/** Programs in a folder run with its own `/proc`, `/sys` and `/dev`, in mounts of their own that end with them. */
const IN_FOLDER =
  'mount -t proc proc "$0/proc" && mount -t sysfs sys "$0/sys" && mount --rbind /dev "$0/dev" && mount -t tmpfs tmp "$0/run" && exec chroot "$0" "$@"';

export function openMachine(root = "/"): Machine {
  const own = root === "/";
  const path = (inside: string) => (own ? inside : join(root, inside));
  return {
    root,
    running: own && existsSync("/run/systemd/system"),
    run(command, options) {
      if (own) return run(command, options);
      const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", ...options?.environment };
      return run(["unshare", "--mount", "sh", "-c", IN_FOLDER, root, ...command], { ...options, environment });
    },
    path,
    exists: (inside) => lstatSync(path(inside), { throwIfNoEntry: false }) !== undefined,
    read: (inside) => (existsSync(path(inside)) ? readFileSync(path(inside), "utf8") : undefined),
    write(inside, content, mode = 0o644) {
      mkdirSync(dirname(path(inside)), { recursive: true });
      writeFileSync(path(inside), content, { mode });
    },
    remove: (inside) => rmSync(path(inside), { recursive: true, force: true }),
  };
}
