import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadSettings } from "./load-settings.ts";

const directory = mkdtempSync(join(tmpdir(), "fleet-settings-"));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;

function file(text: string): string {
  const path = join(directory, `fleet-${++files}.yaml`);
  writeFileSync(path, text);
  return path;
}
const GOOD = "stateDirectory: state\nrepository: repo\nkeys: keys\nconsole: {}\ndevices: { plain: true }\n";

test("paths are relative to the file, and the environment wins over it", () => {
  const environment = { VENTANILLA_FLEET_PORT: "0", VENTANILLA_FLEET_DEVICE_PORT: "7", DATABASE_URL: "postgres://x" };
  expect(loadSettings(["--config", file(GOOD)], environment)).toMatchObject({
    value: {
      ...{ stateDirectory: join(directory, "state"), console: { port: 0 }, devices: { port: 7, plain: true } },
      database: "postgres://x",
    },
  });
});

test.each<[string, readonly string[], RegExp]>([
  ["no file is named", [], /--config FILE/],
  ["another argument", ["--port", "1"], /--config FILE/],
  ["the file is not there", ["--config", join(directory, "none")], /none: .*no such file/],
  ["the file is a list", ["--config", file("- a")], /must hold an object/],
])("%s", (_name, argv, message) =>
  expect(loadSettings(argv, {})).toMatchObject({
    error: { code: "fleet-server.config", message: expect.stringMatching(message) },
  }),
);

test("every wrong field is named", () => {
  const result = loadSettings(["--config", file(`${GOOD}oter: 1\n`)], { VENTANILLA_FLEET_PORT: "many" });
  expect(result).toMatchObject({ error: { message: expect.stringMatching(/console.port.*oter/s) } });
});
