import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readGatewayConfig } from "./config.ts";

function file(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), "config-")), "gateway.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function read(content: unknown, environment: Record<string, string> = {}) {
  return readGatewayConfig({ VENTANILLA_GATEWAY_CONFIG: file(content), ...environment });
}

const smallest = { stateDirectory: "/state", institutions: {} };

test("what is not said has its default", () => {
  expect(read(smallest)).toMatchObject({
    ok: true,
    value: { host: "127.0.0.1", port: 4300, deadlines: { settle: 45_000 }, retention: { link: 1_800_000 } },
  });
});

test("the environment decides port and state directory", () => {
  const environment = { VENTANILLA_GATEWAY_PORT: "4301", VENTANILLA_GATEWAY_STATE: "/elsewhere" };
  expect(read(smallest, environment)).toMatchObject({ ok: true, value: { port: 4301, stateDirectory: "/elsewhere" } });
});

test.each([
  ["missing", { institutions: {} }, {}, "stateDirectory"],
  ["of the wrong type", { ...smallest, port: "high" }, {}, "port"],
  ["unknown", { ...smallest, prot: 1 }, {}, "prot"],
  [
    "nested and wrong",
    { ...smallest, institutions: { srcei: { url: "not a url", token: "t" } } },
    {},
    "institutions.srcei.url",
  ],
  ["a wrong number in the environment", smallest, { VENTANILLA_GATEWAY_PORT: "4x" }, "port"],
])("a field that is %s is named", (_what, content, environment, field) => {
  expect(read(content, environment)).toMatchObject({
    ok: false,
    error: { code: "gateway.config", message: expect.stringContaining(field) },
  });
});

test.each([
  ["not JSON", "{"],
  ["not an object", "[]"],
])("a file that is %s is named", (_what, content) => {
  expect(read(content)).toMatchObject({ ok: false, error: { message: expect.stringContaining("gateway.json") } });
});

test("a file that is not there, or not named, is said so", () => {
  expect(readGatewayConfig({ VENTANILLA_GATEWAY_CONFIG: "/nowhere/gateway.json" })).toMatchObject({
    error: { message: expect.stringContaining("/nowhere/gateway.json") },
  });
  expect(readGatewayConfig({})).toMatchObject({
    error: { message: expect.stringContaining("VENTANILLA_GATEWAY_CONFIG") },
  });
});
