import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { loginBegunSchema, loginStateSchema } from "../../base/contracts/phone-login.ts";
import { bytesAtRest, type GatewayKit, KIOSK, startGatewayKit } from "../../tests/support/gateway-kit.ts";
import { Phone } from "../../tests/support/phone.ts";
import { Logins } from "./logins.ts";

const ROSA = { run: "12345678-5", name: "Rosa Elena Muñoz Pérez" };
const ABOUT = { place: "ChileAtiende Valdivia", about: "Certificado de nacimiento", purpose: "identify" } as const;

let kit: GatewayKit;
let phones: Phone[] = [];
let ids = 0;
beforeAll(async () => {
  kit = await startGatewayKit();
});
afterEach(async () => {
  await Promise.all(phones.map((phone) => phone.close()));
  phones = [];
  await kit.institutions.claveUnica.restore();
});
afterAll(() => kit.stop());

function aPhone(): Phone {
  const phone = new Phone(kit.pki.ca.certificate);
  phones.push(phone);
  return phone;
}

async function begins(kiosk = kit.kiosk) {
  const id = `login-of-a-test-${String(++ids).padStart(8, "0")}`;
  const answer = await kiosk.send("PUT", `/v1/logins/${id}`, ABOUT);
  expect(answer.status).toBe(200);
  return { id, ...loginBegunSchema.parse(answer.body) };
}

async function stateOf(id: string, kiosk = kit.kiosk) {
  return loginStateSchema.parse((await kiosk.send("GET", `/v1/logins/${id}`)).body);
}

/** Up to the question for the number. */
async function logsIn(url: string, run = ROSA.run): Promise<Phone> {
  const phone = aPhone();
  await phone.opens(url);
  await phone.sends();
  await phone.logsIn(run);
  return phone;
}

test("who logs in on the phone and names the kiosk's number is known to that kiosk, and the access is on record", async () => {
  const login = await begins();
  expect(login.url).toBe(`${kit.url}/c/${login.code}`);
  expect(await stateOf(login.id)).toEqual({ state: "waiting" });
  const phone = aPhone();
  const page = await phone.opens(login.url);
  for (const words of [ABOUT.place, ABOUT.about, KIOSK]) expect(page.body).toContain(words);
  expect(page.body).not.toContain(`>${login.number}<`);
  expect((await phone.sends()).url).toContain("/openid/authorize/");
  expect(await stateOf(login.id)).toEqual({ state: "opened" });
  const question = await phone.logsIn(ROSA.run);
  expect(question.url).toBe(`${kit.url}/claveunica/confirm`);
  expect(question.body).toContain(ROSA.name);
  expect(question.body.match(/name="number" value="\d\d"/g)).toHaveLength(3);
  expect(await stateOf(login.id)).toEqual({ state: "opened" });
  expect((await phone.sends({ number: login.number })).body).toContain("Siga en el módulo");
  expect(await stateOf(login.id)).toEqual({ state: "confirmed", person: ROSA });

  const kept = bytesAtRest(kit.directory);
  for (const secret of [ROSA.run, "Rosa Elena", login.code]) expect(kept).not.toContain(secret);
  expect(JSON.stringify(kit.logged)).not.toMatch(/12345678|Rosa|testing/);
});

test("what ClaveÚnica is asked is what its manual asks for, and nothing of it reaches the phone but the code", async () => {
  const { exchanges } = kit.institutions.claveUnica;
  const from = exchanges.length;
  await logsIn((await begins()).url);
  const [authorize, , token, userinfo] = exchanges.slice(from);
  expect(Object.fromEntries(authorize?.query ?? [])).toEqual({
    client_id: expect.any(String),
    response_type: "code",
    scope: "openid run name",
    redirect_uri: `${kit.url}/claveunica/callback`,
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
  const asked = Object.fromEntries(new URLSearchParams(token?.body));
  expect(asked).toEqual({
    client_id: expect.any(String),
    client_secret: expect.any(String),
    redirect_uri: `${kit.url}/claveunica/callback`,
    grant_type: "authorization_code",
    code: expect.stringMatching(/^[0-9a-f]{32}$/),
    state: authorize?.query.get("state"),
  });
  expect(userinfo).toMatchObject({ method: "POST", path: "/openid/userinfo/", body: "" });
});

test("number as text and check digit in small letters are taken as the manual's form is", async () => {
  const { actions } = kit.institutions.claveUnica;
  await actions.style?.run({ style: "texts" });
  const login = await begins();
  const phone = await logsIn(login.url, "10000013-K");
  await actions.style?.run({ style: "manual" });
  await phone.sends({ number: login.number });
  expect(await stateOf(login.id)).toMatchObject({ state: "confirmed", person: { run: "10000013-K" } });
});

test("the same id again is the same login: a kiosk that lost the answer shows the code that it had", async () => {
  const login = await begins();
  const again = await kit.kiosk.send("PUT", `/v1/logins/${login.id}`, ABOUT);
  const { id: _, ...begun } = login;
  expect(again.body).toEqual(begun);
});

test("relay: who was sent the code and does not see the kiosk names a wrong number, and nobody is identified", async () => {
  const login = await begins();
  const phone = await logsIn(login.url);
  const wrong = [...phone.page.body.matchAll(/value="(\d\d)"/g)].map(([, number]) => number ?? "");
  const guess = wrong.find((number) => number !== login.number) ?? "";
  expect((await phone.sends({ number: guess })).status).toBe(403);
  expect(await stateOf(login.id)).toEqual({ state: "ended", why: "wrong-number" });
  await phone.opens(`${kit.url}/claveunica/confirm`);
  expect(phone.page.status).toBe(410);
  expect(await stateOf(login.id)).toEqual({ state: "ended", why: "wrong-number" });
});

test("relay: who says that they do not stand there is left alone", async () => {
  const login = await begins();
  const phone = await logsIn(login.url);
  await phone.sends({ number: "" });
  expect(await stateOf(login.id)).toEqual({ state: "ended", why: "declined" });
});

test("two phones: the code belongs to the one that opened it first", async () => {
  const login = await begins();
  const first = aPhone();
  await first.opens(login.url);
  await first.sends();
  const second = aPhone();
  expect((await second.opens(login.url)).status).toBe(409);
  expect((await second.sends()).status).toBe(409);
  await first.logsIn(ROSA.run);
  expect((await second.opens(`${kit.url}/claveunica/confirm`)).status).toBe(404);
  await first.sends({ number: login.number });
  expect(await stateOf(login.id)).toMatchObject({ state: "confirmed" });
});

test("a preview of the link uses nothing up", async () => {
  const login = await begins();
  await aPhone().opens(login.url);
  expect(await stateOf(login.id)).toEqual({ state: "waiting" });
});

test("replay: the address that ClaveÚnica sent the phone to is good once, and on that phone only", async () => {
  const login = await begins();
  const phone = aPhone();
  await phone.opens(login.url);
  await phone.sends();
  const { exchanges } = kit.institutions.claveUnica;
  const state = exchanges.at(-1)?.query.get("state") ?? "";
  const stolen = `${kit.url}/claveunica/callback?code=${"0".repeat(32)}&state=${state}`;
  expect((await aPhone().opens(stolen)).status).toBe(409);
  expect((await phone.logsIn(ROSA.run)).status).toBe(404);
  expect(await stateOf(login.id)).toEqual({ state: "opened" });
  await phone.opens(login.url);
  await phone.sends();
  await phone.logsIn(ROSA.run);
  expect(phone.page.body).toContain("¿Qué número ve");
});

test("guessing: after twenty wrong codes an address is told to wait, and right codes wait too", async () => {
  const guesser = aPhone();
  const login = await begins();
  for (let tried = 0; tried < 20; tried++)
    expect((await guesser.opens(`${kit.url}/c/ZZZZZZ${tried + 10}`)).status).toBe(404);
  expect((await guesser.opens(login.url)).status).toBe(429);
  expect(await stateOf(login.id)).toEqual({ state: "waiting" });
  await kit.clock.advance(10 * 60 * 1000);
});

test("a callback that comes after the journey has ended leads nowhere", async () => {
  const login = await begins();
  const phone = aPhone();
  await phone.opens(login.url);
  await phone.sends();
  await kit.kiosk.send("DELETE", `/v1/logins/${login.id}`);
  expect((await phone.logsIn(ROSA.run)).status).toBe(404);
  expect(await stateOf(login.id)).toEqual({ state: "ended", why: "absent" });
});

test("a person who comes back from ClaveÚnica after the kiosk has begun anew goes to nobody", () => {
  const logins = new Logins(new SimulatedClock(), 1000);
  const { code } = logins.begin("kiosk", "first", ABOUT);
  const opened = logins.open(code, undefined);
  if (typeof opened === "string") throw new Error(opened);
  const returned = logins.takeState(opened.state, opened.phone);
  logins.begin("kiosk", "second", ABOUT);
  expect(typeof returned !== "string" && returned.loggedIn(ROSA)).toBe(false);
  expect(logins.toConfirm(opened.phone)).toBe("absent");
  expect(logins.state("kiosk", "second")).toEqual({ state: "waiting" });
});

test.each([
  ["identify", false],
  ["sign", true],
] as const)("a login to %s, confirmed, proves a signer: %s", (purpose, proves) => {
  const logins = new Logins(new SimulatedClock(), 60_000);
  const { code, number } = logins.begin("kiosk", "login", { ...ABOUT, purpose });
  const opened = logins.open(code, undefined);
  if (typeof opened === "string") throw new Error(opened);
  const returned = logins.takeState(opened.state, opened.phone);
  if (typeof returned === "string") throw new Error(returned);
  returned.loggedIn(ROSA);
  expect(logins.provesSigner("kiosk", "login", ROSA.run)).toBe(false);
  logins.confirm(opened.phone, number);
  expect(logins.provesSigner("kiosk", "login", ROSA.run)).toBe(proves);
});

test("the phone says whether one shows who one is, or signs", async () => {
  const id = "login-of-a-test-to-sign-0001";
  const answer = await kit.kiosk.send("PUT", `/v1/logins/${id}`, { ...ABOUT, purpose: "sign" });
  const page = await aPhone().opens(loginBegunSchema.parse(answer.body).url);
  expect(page.body).toContain("Usted firma");
  expect((await aPhone().opens((await begins()).url)).body).not.toContain("Usted firma");
});

test("another kiosk learns nothing, whatever id it asks for", async () => {
  const login = await begins();
  const phone = await logsIn(login.url);
  await phone.sends({ number: login.number });
  expect(await stateOf(login.id, kit.otherKiosk)).toEqual({ state: "ended", why: "absent" });
  await kit.otherKiosk.send("DELETE", `/v1/logins/${login.id}`);
  expect(await stateOf(login.id)).toMatchObject({ state: "confirmed" });
});

test("a login ends by itself, and the phone is told so", async () => {
  const login = await begins();
  const phone = aPhone();
  await phone.opens(login.url);
  await kit.clock.advance(10 * 60 * 1000);
  expect(await stateOf(login.id)).toEqual({ state: "ended", why: "expired" });
  expect((await phone.sends()).status).toBe(404);
  await kit.clock.advance(60_000);
  expect(await stateOf(login.id)).toEqual({ state: "ended", why: "absent" });
});

test("who cancels at ClaveÚnica, or whom it refuses, is told; so is the kiosk", async () => {
  const cancelled = await begins();
  const phone = aPhone();
  await phone.opens(cancelled.url);
  await phone.sends();
  await phone.sends({ cancel: "1" });
  expect(phone.page.body).toContain("No enviamos sus datos");
  expect(await stateOf(cancelled.id)).toEqual({ state: "ended", why: "declined" });
});

test.each([
  ["error-500", "unavailable"],
  ["html", "unavailable"],
  ["drop-answer", "unavailable"],
] as const)("ClaveÚnica that answers with %s at the token is %s", async (fault, why) => {
  const login = await begins();
  const phone = aPhone();
  await phone.opens(login.url);
  await phone.sends();
  // The phone has been sent back with a code: what follows is asked by the gateway.
  const { exchanges } = kit.institutions.claveUnica;
  const state = exchanges.at(-1)?.query.get("state") ?? "";
  await kit.institutions.claveUnica.fail(fault);
  await phone.opens(`${kit.url}/claveunica/callback?code=${"a".repeat(32)}&state=${state}`);
  expect(phone.page.status).toBe(503);
  expect(await stateOf(login.id)).toEqual({ state: "ended", why });
});

test("a code that ClaveÚnica does not know is refused", async () => {
  const login = await begins();
  const phone = aPhone();
  await phone.opens(login.url);
  await phone.sends();
  const state = kit.institutions.claveUnica.exchanges.at(-1)?.query.get("state") ?? "";
  await phone.opens(`${kit.url}/claveunica/callback?code=${"a".repeat(32)}&state=${state}`);
  expect(await stateOf(login.id)).toEqual({ state: "ended", why: "refused" });
});

test("ClaveÚnica is in the health answer", async () => {
  expect((await kit.kiosk.send("GET", "/v1/health")).body).toMatchObject({ institutions: { claveunica: "up" } });
});
