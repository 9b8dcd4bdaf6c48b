import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import type { PhoneProgress } from "../../flows/engine/ports.ts";
import { logInByPhone } from "./phone-login.ts";
import { FakeGateway } from "./testing/fakes.ts";

const SHOWN = { step: "shown", url: "https://gateway.example/c/ABCD2345", code: "ABCD2345", number: "47" } as const;
const PERSON = { run: "12345678-5", name: "ROSA MUÑOZ" };

let clock: SimulatedClock;
let gateway: FakeGateway;
let told: PhoneProgress[];
let stop: AbortController;
beforeEach(() => {
  clock = new SimulatedClock();
  gateway = new FakeGateway();
  told = [];
  stop = new AbortController();
});

function begins() {
  return logInByPhone(
    { gateway, clock },
    { place: "Valdivia", about: "Certificado", purpose: "identify" },
    { signal: stop.signal, onProgress: (progress) => told.push(progress) },
  );
}

test("the link is shown, the phone's coming is told once, and the identity ends it with the login's name", async () => {
  gateway.logins = [
    { state: "waiting" },
    { state: "opened" },
    { state: "opened" },
    { state: "confirmed", person: PERSON },
  ];
  const login = begins();
  await clock.advance(4_000);
  expect(await login).toEqual({ outcome: "ok", value: { ...PERSON, login: gateway.loginsBegun[0] } });
  expect(told).toEqual([SHOWN, { step: "opened" }]);
  expect(gateway.loginsCancelled).toEqual([]);
});

test("each login has an id of its own that nobody can guess", async () => {
  for (let login = 0; login < 2; login++) {
    const end = begins();
    stop.abort();
    await end;
    stop = new AbortController();
  }
  gateway.logins = [{ state: "ended", why: "declined" }];
  const [end] = [begins(), begins()];
  await clock.advance(1_000);
  await end;
  expect(new Set(gateway.loginsBegun).size).toBe(gateway.loginsBegun.length);
  for (const id of gateway.loginsBegun) expect(id).toMatch(/^[\w-]{32}$/);
});

test("who leaves cancels it at the gateway, and nothing more is told", async () => {
  const login = begins();
  await clock.advance(500);
  stop.abort();
  expect(await login).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
  expect(gateway.loginsCancelled).toEqual(gateway.loginsBegun);
  expect(clock.pending).toBe(0);
});

test.each([
  ["expired", "login.expired"],
  ["declined", "login.declined"],
  ["refused", "login.refused"],
  ["wrong-number", "login.wrong-number"],
  ["unavailable", "login.unavailable"],
  ["absent", "login.unavailable"],
] as const)("ended as %s is %s", async (why, code) => {
  gateway.logins = [{ state: "ended", why }];
  const login = begins();
  await clock.advance(1_000);
  expect(await login).toMatchObject({ outcome: "error", error: { code } });
});

test("a gateway that goes away for a moment costs nothing, one that stays away ends it", async () => {
  const login = begins();
  await clock.advance(500);
  gateway.reachable = false;
  await clock.advance(5_000);
  gateway.reachable = true;
  await clock.advance(2_000);
  gateway.reachable = false;
  await clock.advance(15_000);
  expect(await login).toMatchObject({ outcome: "error", error: { code: "login.unavailable" } });
});

test("no gateway: ClaveÚnica is not available", async () => {
  gateway.reachable = false;
  expect(await begins()).toMatchObject({ outcome: "error", error: { code: "login.unavailable" } });
});

test("a login that never ends is given up", async () => {
  const login = begins();
  await clock.advance(13 * 60_000);
  expect(await login).toMatchObject({ outcome: "error", error: { code: "login.expired" } });
});
