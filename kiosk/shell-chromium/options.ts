import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

export type ChromiumShellOptions = {
  /** The runtime's address, e.g. `http://127.0.0.1:4100`; never with the token. */
  readonly address: string;
  /** This boot's token, when the runtime asks for one. */
  readonly token: string | undefined;
  readonly chromium: string;
  readonly headless: boolean;
  /** How long the page may take to the view before Chromium is started again, milliseconds. */
  readonly pageWithin: number;
};

type OptionsError = CodedError<"shell.bad-option" | "shell.no-browser">;

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * Reads arguments and environment.
 *
 * - `--address URL`: default `http://127.0.0.1:4100` (`VENTANILLA_KIOSK_PORT` moves the port). Loopback only.
 * - `--token-file F`: a file that holds the token, or `VENTANILLA_TOKEN`. Never an argument: arguments are public.
 * - `--headless`: without a window; for tests.
 * - `VENTANILLA_CHROMIUM`: the program, default `/usr/bin/chromium`.
 * - `VENTANILLA_PAGE_WITHIN`: seconds that the page may take to the view, 5 to 600; default 20. For slow machines.
 */
export function readOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Result<ChromiumShellOptions, OptionsError> {
  let values: { address?: string; "token-file"?: string; headless?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: { address: { type: "string" }, "token-file": { type: "string" }, headless: { type: "boolean" } },
    }));
  } catch (error) {
    return err(coded("shell.bad-option", error instanceof Error ? error.message : String(error)));
  }
  const address = values.address ?? `http://127.0.0.1:${environment.VENTANILLA_KIOSK_PORT ?? "4100"}`;
  if (!URL.canParse(address)) return err(coded("shell.bad-option", "--address is no address"));
  const url = new URL(address);
  if (url.protocol !== "http:" || !LOOPBACK.has(url.hostname)) {
    return err(coded("shell.bad-option", "--address must be http on this machine"));
  }
  const file = values["token-file"];
  if (file !== undefined && !existsSync(file)) {
    return err(coded("shell.bad-option", `--token-file ${file} does not exist`));
  }
  const chromium = environment.VENTANILLA_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(chromium)) return err(coded("shell.no-browser", chromium));
  const pageWithin = Number(environment.VENTANILLA_PAGE_WITHIN ?? "20");
  if (!(pageWithin >= 5 && pageWithin <= 600)) {
    return err(coded("shell.bad-option", "VENTANILLA_PAGE_WITHIN must be 5 to 600 seconds"));
  }
  return ok({
    address,
    token: file === undefined ? environment.VENTANILLA_TOKEN : readFileSync(file, "utf8").trim(),
    chromium,
    headless: values.headless ?? false,
    pageWithin: pageWithin * 1_000,
  });
}

/** The address that a browser opens: the runtime takes the token from it into a cookie. */
export function entryAddress({ address, token }: Pick<ChromiumShellOptions, "address" | "token">): string {
  const url = new URL("/", address);
  if (token !== undefined) url.searchParams.set("token", token);
  return url.href;
}
