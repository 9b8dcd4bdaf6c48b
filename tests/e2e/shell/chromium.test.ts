import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TOKEN_COOKIE } from "../../../kiosk/contract/messages.ts";

const MAIN = resolve(import.meta.dirname, "../../../kiosk/shell-chromium/main.ts");
const TOKEN = "0123456789abcdef";
const WAIT = { timeout: 15_000, interval: 50 };

let directory: string;
let server: Server;
let address: string;
let requests: string[];
/** What the runtime would say of shells at its view; absent: it says nothing. */
let shells: number | undefined;
/** How often the shell has asked for it. */
let looks: number;
let cookies: (string | undefined)[];
let shell: ChildProcess | undefined;
let output: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "shell-chromium-"));
  requests = [];
  shells = undefined;
  looks = 0;
  output = "";
  cookies = [];
  // The token becomes a cookie and leaves the address. Lax: the entry page is of another site than what it leads to.
  server = createServer(({ url = "", headers }, response) => {
    if (url === "/health") {
      looks++;
      response.end(JSON.stringify({ shells }));
      return;
    }
    requests.push(url);
    if (url === "/" && headers.cookie === undefined) {
      response.writeHead(403).end();
      return;
    }
    if (url.startsWith("/?token=")) {
      const cookie = `${TOKEN_COOKIE}=${TOKEN}; HttpOnly; SameSite=Lax; Path=/`;
      response.writeHead(303, { location: "/", "set-cookie": cookie }).end();
      return;
    }
    if (url === "/page.css") cookies.push(headers.cookie);
    response.setHeader("content-type", "text/html").end('<!doctype html><link rel="stylesheet" href="/page.css">');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const listening = server.address();
  address = `http://127.0.0.1:${typeof listening === "object" && listening !== null ? listening.port : 0}`;
});

afterEach(async () => {
  if (shell !== undefined && shell.exitCode === null) {
    shell.kill("SIGTERM");
    await once(shell, "exit");
  }
  shell = undefined;
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Everything that a run makes is under `directory`, by TMPDIR: profile, entry page. */
function start(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...rest, TMPDIR: directory, ...environment },
  });
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  shell = child;
  return child;
}

function startHeadless(environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const file = join(directory, "token");
  writeFileSync(file, `${TOKEN}\n`, { mode: 0o600 });
  return start(["--headless", "--address", address, "--token-file", file], environment);
}

const pages = () => requests.filter((url) => url.startsWith("/?")).length;
const events = (name: string) =>
  output.split("\n").flatMap((line) => (line.includes(`"${name}"`) ? [JSON.parse(line)] : []));

/** Processes whose arguments name this test's directory: Chromium and all its helpers. */
function processes(): { pid: number; commandLine: string }[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const commandLine = readFileSync(`/proc/${entry}/cmdline`, "utf8");
      return commandLine.includes(`${directory}/ventanilla-chromium-`) ? [{ pid: Number(entry), commandLine }] : [];
    } catch {
      return [];
    }
  });
}

test("it opens the kiosk's address with the token, which no process's arguments show", async () => {
  startHeadless();
  await expect.poll(() => cookies, WAIT).toEqual([`${TOKEN_COOKIE}=${TOKEN}`]);
  const running = processes();
  expect(running.length).toBeGreaterThan(1);
  expect(running.filter(({ commandLine }) => commandLine.includes(TOKEN))).toEqual([]);
});

test("a Chromium that is killed is started again", async () => {
  startHeadless();
  await expect.poll(pages, WAIT).toBe(1);
  process.kill(events("shell.browser-started")[0].fields.process, "SIGKILL");
  await expect.poll(pages, WAIT).toBe(2);
  expect(events("shell.browser-ended")).toMatchObject([{ fields: { reason: "SIGKILL", recent: 1 } }]);
});

test("a Chromium whose page does not come to the view, or leaves it, is started again", async () => {
  shells = 0;
  startHeadless({ VENTANILLA_PAGE_WITHIN: "5" });
  await expect.poll(pages, WAIT).toBe(2);
  expect(events("shell.browser-ended")).toMatchObject([{ fields: { reason: "page-missing", recent: 1 } }]);
  shells = 1;
  const looked = looks;
  await expect.poll(() => looks, WAIT).toBeGreaterThan(looked + 1);
  shells = 0;
  await expect.poll(pages, WAIT).toBe(3);
  expect(events("shell.browser-ended").at(-1)).toMatchObject({ fields: { reason: "page-lost", recent: 2 } });
});

test("SIGTERM ends it in good order: no process and no profile is left", async () => {
  const child = startHeadless();
  await expect.poll(pages, WAIT).toBe(1);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  await expect.poll(processes, WAIT).toEqual([]);
  expect(readdirSync(directory)).toEqual(["token"]);
});

test("a Chromium that ends again and again makes the shell give up with a message", async () => {
  const broken = join(directory, "broken");
  writeFileSync(broken, "#!/bin/sh\nexit 3\n", { mode: 0o700 });
  const child = start(["--headless", "--address", address], { VENTANILLA_CHROMIUM: broken });
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(events("shell.browser-ended").at(-1)).toMatchObject({ fields: { reason: "status-3", recent: 4 } });
  expect(output).toContain("still works in any browser");
});

test("without a display it prints the address, without the token, and that is no failure", async () => {
  const child = start(["--address", address], { VENTANILLA_TOKEN: TOKEN });
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(output).toBe(`shell no display here: open ${address}\n`);
});

test.each([
  ["an unknown argument", ["--debug"], "shell.bad-option"],
  ["an address of another machine", ["--address", "http://192.0.2.1:4100"], "shell.bad-option"],
  ["an address of another scheme", ["--address", "file:///etc/passwd"], "shell.bad-option"],
  ["a missing token file", ["--token-file", "/nonexistent"], "shell.bad-option"],
])("%s is refused with status 64", async (_name, argv, code) => {
  const child = start(argv);
  expect(await once(child, "exit")).toEqual([64, null]);
  expect(events("shell.refused-start")).toMatchObject([{ fields: { code } }]);
});

test("a machine without Chromium is told so", async () => {
  const child = start(["--headless"], { VENTANILLA_CHROMIUM: "/nonexistent" });
  expect(await once(child, "exit")).toEqual([64, null]);
  expect(events("shell.refused-start")).toMatchObject([{ fields: { code: "shell.no-browser" } }]);
});
