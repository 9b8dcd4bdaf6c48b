import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../base/clock.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { SIMPLE_BACKEND_TOKEN, Simple } from "../simulators/institutions/simple.ts";
import { gatewayConfigSchema } from "./config.ts";
import { SimpleProcesses } from "./connectors/simple.ts";

const FERIA = new URL("../flows/simple/testing/feria.json", import.meta.url);

let simple: Simple;
let gateway: SimpleProcesses;
const open: SimpleProcesses[] = [];

const { deadlines } = gatewayConfigSchema.parse({ stateDirectory: "unused", institutions: {} });
const connect = (backendToken?: string) => {
  const connector = new SimpleProcesses({
    url: simple.url,
    headers: {},
    ...(backendToken === undefined ? {} : { backendToken }),
    clock: systemClock,
    deadlines,
    callback: () => "http://127.0.0.1:1/",
  });
  open.push(connector);
  return connector;
};
const circumstances = (key: string) => ({ kiosk: "kiosk-7", key, signal: new AbortController().signal });

const STALL = {
  process: "7",
  task: "1",
  run: "12345678-5",
  data: { rut: "12345678-5", correo: "a@b.example", puesto: "fijo", origen: "kiosco", feria: "f2" },
  forms: { "11": 1, "12": 1, "13": 1 },
  codes: { puesto: { fijo: "1", "de-comida": "2" }, feria: { f1: "F1", f2: "F2" } },
};

beforeEach(async () => {
  simple = new Simple({ clock: new SimulatedClock(), process: await readFile(FERIA, "utf8") });
  await simple.start();
  gateway = connect(SIMPLE_BACKEND_TOKEN);
});
afterEach(async () => {
  for (const connector of open.splice(0)) await connector.close();
  await simple.stop();
});

test("all answers go to SIMPLE form by form, under its own names and codes", async () => {
  const started = await gateway.start(STALL, circumstances("k1"));
  expect(started).toMatchObject({ ok: true, value: { folio: simple.applications[0]?.id } });
  expect(simple.applications).toHaveLength(1);
  expect(simple.applications[0]?.data).toMatchObject({ puesto: "1", feria: "F2", comida: "", correo: "a@b.example" });
  expect(simple.applications[0]?.person).toBe("12345678-5");
});

test("where an official goes on, the kiosk's part is done", async () => {
  const other = { ...STALL, data: { ...STALL.data, puesto: "de-comida", comida: "si", resolucion: "77" } };
  expect(await gateway.start(other, circumstances("k1"))).toMatchObject({ ok: true });
  expect(simple.applications[0]?.stage?.task.id).toBe("3");
});

test("an answer that was lost is found again by the key, and nothing is begun twice", async () => {
  await simple.fail("drop-answer", { times: 2 });
  const first = await gateway.start(STALL, circumstances("k1"));
  await simple.restore();
  expect(first.ok).toBe(false);
  const second = await gateway.start(STALL, circumstances("k2"));
  expect(second).toMatchObject({ ok: true });
  expect(await gateway.find("k2", circumstances("k2").signal)).toMatchObject({
    ok: true,
    value: { folio: second.ok ? second.value.folio : "" },
  });
  expect(await gateway.find("never", circumstances("never").signal)).toEqual({ ok: true, value: undefined });
});

test("without access to the back end an application in doubt stays in doubt", async () => {
  expect(await connect().find("k1", circumstances("k1").signal)).toMatchObject({
    ok: false,
    error: { effect: "maybe" },
  });
});

test("while nothing has been begun it may be tried again", async () => {
  await simple.fail("error-500");
  expect(await gateway.start(STALL, circumstances("k1"))).toMatchObject({ ok: false, error: { effect: "none" } });
  await simple.restore();
  const nobody = { ...STALL, run: undefined };
  expect(await gateway.start(nobody, circumstances("k1"))).toMatchObject({ ok: false, error: { effect: "none" } });
  expect(simple.applications).toHaveLength(0);
});
