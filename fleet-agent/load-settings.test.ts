import { expect, test } from "vitest";
import { parseSettings } from "./load-settings.ts";

const GOOD = `server: https://fleet.example
identity: identity
data: /var/lib/ventanilla/agent
runtimeSocket: /run/ventanilla/control.sock
guard:
  requests: guard/requests
  state: guard/state.json
builtInServices: services
logs:
  runtime: log/runtime.log
`;

function messages(text: string): string[] {
  const parsed = parseSettings(text, "/etc/ventanilla/agent.yaml");
  return parsed.ok ? [] : parsed.error.map(({ message }) => message);
}

test("a good file is read, defaults are filled in and paths are relative to the file", () =>
  expect(parseSettings(GOOD, "/etc/ventanilla/agent.yaml")).toMatchObject({
    ok: true,
    value: {
      identity: "/etc/ventanilla/identity",
      data: "/var/lib/ventanilla/agent",
      guard: { requests: "/etc/ventanilla/guard/requests" },
      logs: { runtime: "/etc/ventanilla/log/runtime.log" },
      intervals: { desired: 300, heartbeat: 60, machine: 900 },
      trial: 300,
    },
  }));

test.each([
  ["an address without scheme", GOOD.replace("https://fleet.example", "fleet"), ["agent.yaml:1: server: "]],
  ["an unknown key", `${GOOD}colour: red\n`, ["agent.yaml:11: colour: is not a known key"]],
  ["a missing key", GOOD.replace("  state: guard/state.json\n", ""), ["agent.yaml:5: guard.state: "]],
  ["an unknown part", GOOD.replace("  runtime: log", "  gateway: log"), ["agent.yaml:10: logs.gateway: "]],
  ["two mistakes", `data: 1\n${GOOD.replace("data:", "x:")}`, ["agent.yaml:1: data: ", "agent.yaml:4: x: is not"]],
  ["no YAML", "server: [", ["agent.yaml:"]],
])("%s is named with its line and field", (_name, text, expected) => {
  const found = messages(text);
  expect(found).toHaveLength(expected.length);
  for (const [index, part] of expected.entries()) expect(found[index]).toContain(part);
});

test("a file that is not there says so", () =>
  expect(messages("")).toEqual([expect.stringContaining("agent.yaml:1: (whole file)")]));
