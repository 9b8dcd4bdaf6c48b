import { isAbsolute, join } from "node:path";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ShellOptions } from "./shell.ts";

/**
 * Reads the shell's options from the environment, which the unit file sets.
 *
 * - `VENTANILLA_RUNTIME_SOCKET`: absolute path of the runtime's socket; default `/run/ventanilla/view.sock`.
 * - `VENTANILLA_UI`: absolute path of the screens' bundle; default `../ui` beside the shell's own bundle.
 * - `VENTANILLA_WINDOW=1`: an ordinary window on a developer's desk instead of the full screen.
 *
 * @param directory the folder of the shell's bundle.
 */
export function readOptions(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Result<ShellOptions & { readonly socket: string }, CodedError<"shell.bad-option">> {
  const socket = environment.VENTANILLA_RUNTIME_SOCKET ?? "/run/ventanilla/view.sock";
  const ui = environment.VENTANILLA_UI ?? join(directory, "..", "ui");
  for (const [name, path] of Object.entries({ VENTANILLA_RUNTIME_SOCKET: socket, VENTANILLA_UI: ui })) {
    if (!isAbsolute(path)) return err(coded("shell.bad-option", `${name} must be an absolute path`));
  }
  return ok({
    socket,
    ui,
    preload: join(directory, "preload.cjs"),
    kiosk: environment.VENTANILLA_WINDOW !== "1",
  });
}
