import type { CodedError } from "../../base/registry/coded-error.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type InstallOptions, install } from "../install/install.ts";
import { openMachine } from "../install/machine.ts";
import { remove } from "../install/remove.ts";
import { run } from "../process.ts";

/** What any installation of a package leaves behind: logs, the package manager's own books, caches, where programs were found. */
const BOOKS =
  /^(?:var\/log|var\/cache|var\/lib\/(?:apt|dpkg|ucf|systemd|pam)|var\/tmp|tmp|run|etc\/(?:ld\.so\.cache|\.pwd\.lock|.*-))(?:\/|$)|-$/;

/** Installs into a folder and removes again. @returns how many files were compared, or the paths that differ. */
export async function leavesNothing(
  options: InstallOptions & { readonly root: string },
): Promise<Result<string, CodedError>> {
  const before = await paths(options.root);
  if (!before.ok) return before;
  const installed = await install(options);
  if (!installed.ok) return err(installed.error.error);
  const again = await install(options);
  if (!again.ok) return err(again.error.error);
  const repeated = again.value.filter(({ changed }) => changed).map(({ name }) => name);
  if (repeated.length > 0)
    return err(coded("install.not-clean", `a second installation changed ${repeated.join(", ")}`));
  const removed = await remove({ root: options.root });
  if (!removed.ok) return err(removed.error.error);
  const after = await paths(options.root);
  if (!after.ok) return after;
  const left = [...after.value].filter((path) => !before.value.has(path));
  const lost = [...before.value].filter((path) => !after.value.has(path));
  if (left.length + lost.length > 0)
    return err(
      coded("install.not-clean", `left: ${left.slice(0, 40).join(", ")}; lost: ${lost.slice(0, 40).join(", ")}`),
    );
  const accounts = /ventanilla/.exec(openMachine(options.root).read("/etc/passwd") ?? "");
  if (accounts !== null) return err(coded("install.not-clean", "an account of the kiosk is left"));
  return ok(`${before.value.size} paths as before; a second installation changed nothing`);
}

async function paths(root: string): Promise<Result<Set<string>, CodedError>> {
  const found = await run(["find", root, "-xdev", "-mindepth", "1", "-printf", "%P\\n"]);
  if (!found.ok) return found;
  return ok(new Set(found.value.split("\n").filter((path) => path !== "" && !BOOKS.test(path))));
}
