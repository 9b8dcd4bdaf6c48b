import type { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { expect, test } from "vitest";
import { err, ok } from "../../base/result.ts";
import type { HttpFailure } from "../http-exchange.ts";
import { createConnections } from "./connections.ts";

const SERVER = new URL("https://updates.example/metadata/");

/** A server whose certificate is from an authority of the machine: refused until more than `own` is trusted. */
function foreignServer(own: readonly string[]) {
  const asked: Agent[] = [];
  const request = async (agent: Agent) => {
    asked.push(agent);
    const authorities = agent instanceof TlsAgent ? agent.options.ca : [];
    const failure: HttpFailure = { kind: "unreachable", detail: "", cause: "SELF_SIGNED_CERT_IN_CHAIN" };
    return Array.isArray(authorities) && authorities.length > own.length ? ok("served") : err(failure);
  };
  return { asked, request };
}

test("the machine's authorities are trusted once a server shows that it needs them, and from then on", async () => {
  const { asked, request } = foreignServer(["fleet"]);
  const connections = createConnections(() => ["fleet"]);
  expect(await connections.use(SERVER, request)).toEqual(ok("served"));
  expect(asked).toHaveLength(2);
  expect(await connections.use(SERVER, request)).toEqual(ok("served"));
  expect(asked).toHaveLength(3);
  expect(asked[2]).toBe(asked[1]);
  connections.close();
});

test("another failure is told as it is, after one try", async () => {
  const connections = createConnections(() => ["fleet"]);
  const failure: HttpFailure = { kind: "unreachable", detail: "", cause: "ECONNREFUSED" };
  let tries = 0;
  const told = await connections.use(SERVER, async () => {
    tries++;
    return err(failure);
  });
  expect(told).toEqual(err(failure));
  expect(tries).toBe(1);
  connections.close();
});
