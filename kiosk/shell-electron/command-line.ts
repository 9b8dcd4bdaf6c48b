/** Switches that the unit file may give: where to draw. Everything else is refused, known or not. */
const ACCEPTED = new Set(["ozone-platform"]);

/** What a test driver needs (Playwright adds them). Accepted only by a build made for tests. */
const ACCEPTED_IN_TEST_BUILD = new Set(["inspect", "remote-debugging-port", "no-sandbox", "r", "headless"]);

/**
 * The arguments that may not be there. Electron honours switches that open a debugger, drop the sandbox or reroute the
 * network, so that the list of accepted ones is closed.
 *
 * @param argv `process.argv` and `process.execArgv` without the program itself.
 */
export function refusedArguments(argv: readonly string[], testBuild: boolean): string[] {
  return argv.filter((argument) => {
    if (!argument.startsWith("-")) return false;
    const name = argument.replace(/^-+/, "").split("=")[0] ?? "";
    return !(ACCEPTED.has(name) || (testBuild && ACCEPTED_IN_TEST_BUILD.has(name)));
  });
}

/** Switches that the shell itself sets before Chromium starts. */
export const CHROMIUM_SWITCHES: ReadonlyArray<readonly [name: string, value?: string]> = [
  // Two fingers must not zoom, a swipe must not go back in history.
  ["disable-pinch"],
  ["overscroll-history-navigation", "0"],
  // The page has no network: names do not resolve.
  ["host-resolver-rules", "MAP * ~NOTFOUND"],
  ["disable-background-networking"],
];
