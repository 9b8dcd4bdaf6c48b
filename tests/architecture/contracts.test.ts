import { expect, test } from "vitest";
import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";
import { TRANSPORTS } from "../../drivers/contract-places.ts";
import { readSources } from "./sources.ts";

const sources = readSources().filter(({ path }) => !path.startsWith("tests/architecture/"));
const SUITE = /export const (\w+Contract) = contractSuite\(\s*"([a-z-]+)"/g;
const suites = sources.flatMap(({ path, text }) =>
  [...text.matchAll(SUITE)].map(([, name = "", kind = ""]) => ({ path, name, kind })),
);

test("each kind of device has one contract suite, in its folder, which counts in the table of devices", () => {
  expect(suites.map(({ kind }) => kind).sort()).toEqual([...DEVICE_KINDS].sort());
  for (const { path, kind } of suites) expect(path).toMatch(new RegExp(`^drivers/${kind}/contract(\\.suite)?\\.ts$`));
});

test("whoever runs a contract suite says for which model and on which transport, by a name of the closed list", () => {
  const runs = sources.flatMap(({ path, text }) =>
    suites.flatMap(({ name }) =>
      [...text.matchAll(new RegExp(`\\b${name}\\(\\s*(\\{[^}]*\\})?`, "g"))].map(([, place = ""]) => ({
        path,
        name,
        place,
      })),
    ),
  );
  const undeclared = runs.filter(({ place }) => {
    const [, transport = ""] = /\btransport: "([a-z-]+)"/.exec(place) ?? [];
    return !/\bmodel\b/.test(place) || !(transport in TRANSPORTS);
  });
  expect(undeclared).toEqual([]);
  expect(new Set(runs.map(({ name }) => name)).size).toBe(suites.length);
});

test("every transport of the list is one that something runs on", () => {
  const text = sources.map((source) => source.text).join("\n");
  expect(Object.keys(TRANSPORTS).filter((name) => !text.includes(`transport: "${name}"`))).toEqual([]);
});
