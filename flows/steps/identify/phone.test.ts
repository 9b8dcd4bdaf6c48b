import { beforeEach, expect, test } from "vitest";
import { failed } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { SETTINGS, TestKiosk } from "../../testing/kiosk.ts";
import { miniService } from "../../testing/mini-service.ts";
import { NAME, PHONE, RUN } from "../../testing/people.ts";
import { HANG } from "../../testing/scripted-ports.ts";

const steps = (identify: string) => `
- { id: start, kind: inform }
- { id: identify, kind: identify, ${identify} }
- { id: consent, kind: consent }
- { id: done, kind: finish }
`;
const BOTH = miniService(steps("by: [cedula, clave-unica]"), ["code-reader"]);
const ONLY = miniService(steps("by: [clave-unica]"));

let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk([BOTH]);
  kiosk.ports.script("scan", HANG);
});

async function opens(on = kiosk): Promise<void> {
  await on.open("test/mini");
  await on.act("CONTINUE");
}

function away(on: TestKiosk): void {
  on.availability.set({ ...on.availability.value, institutions: new Set(["test"]) });
}

test("who logs in on the phone is known with ClaveÚnica's assurance", async () => {
  await opens();
  await kiosk.act("USE_PHONE");
  expect(kiosk.screen).toBe("consent");
  await kiosk.act("ACCEPT");
  expect(kiosk.ports.detail("consent.record")).toMatchObject({ input: { run: RUN, identifiedBy: "clave-unica" } });
  expect(kiosk.ports.detail("log-in")).toEqual({
    place: "ChileAtiende Valdivia",
    about: "«service.name»",
    purpose: "identify",
  });
});

test("the kiosk shows link and number, then the number alone; nothing there names a person", async () => {
  kiosk.ports.script("log-in", HANG);
  await opens();
  await kiosk.act("USE_PHONE");
  expect(kiosk.view.screen).toMatchObject({
    kind: "phone-login",
    link: { qr: PHONE.url, code: PHONE.code },
    number: "47",
  });
  expect(kiosk.view.audio.map(({ text }) => text)).toContain("47");
  kiosk.ports.phoneProgress = [PHONE, { step: "opened" }];
  await kiosk.act("BACK", "USE_PHONE");
  expect(kiosk.view.screen).toMatchObject({
    kind: "phone-login",
    number: "47",
    title: { id: "common/identify.phone-follow-title" },
  });
  expect(kiosk.view.screen).not.toHaveProperty("link");
  expect(JSON.stringify(kiosk.view)).not.toMatch(new RegExp(`${RUN}|${NAME}`));
});

test("back from the phone, or leaving, ends the gateway's wait", async () => {
  kiosk.ports.script("log-in", HANG);
  await opens();
  await kiosk.act("USE_PHONE", "BACK");
  expect(kiosk.screen).toBe("identify");
  expect(kiosk.ports.names).toContain("log-in aborted");
  await kiosk.act("USE_PHONE", "LEAVE");
  expect(kiosk.screen).toBe("attract");
  expect(kiosk.ports.names.filter((name) => name === "log-in aborted")).toHaveLength(2);
});

test("a citizen who looks at their phone is not hurried", async () => {
  kiosk.ports.script("log-in", HANG);
  await opens();
  await kiosk.act("USE_PHONE");
  await kiosk.clock.advance(SETTINGS.idle * 3);
  expect(kiosk.view.overlay).toBeUndefined();
  await kiosk.clock.advance(SETTINGS.idle);
  expect(kiosk.view.overlay?.kind).toBe("still-there");
});

test.each(["expired", "refused", "declined", "wrong-number", "unavailable"] as const)(
  "a login that is %s is told, and can be tried again or done by card",
  async (why) => {
    kiosk.ports.script("log-in", failed(coded(`login.${why}`)), HANG);
    await opens();
    await kiosk.act("USE_PHONE");
    const said = why === "declined" ? "refused" : why;
    expect(kiosk.screen).toBe(`problem common/identify.phone-${said}-title`);
    expect(kiosk.view.intents).toEqual(expect.arrayContaining(["RETRY", "CONTINUE", "FINISH"]));
    await kiosk.act("RETRY");
    expect(kiosk.screen).toBe("phone-login");
    await kiosk.act("BACK");
    expect(kiosk.screen).toBe("identify");
  },
);

test("an unexpected error is told as ClaveÚnica that does not answer", async () => {
  kiosk.ports.script("log-in", new Error("defect"));
  await opens();
  await kiosk.act("USE_PHONE");
  expect(kiosk.screen).toBe("problem common/identify.phone-unavailable-title");
});

test("while ClaveÚnica is away the way is not offered, and the page says so", async () => {
  away(kiosk);
  await opens();
  expect(kiosk.view.screen).toMatchObject({ phone: false, notice: { id: "common/identify.phone-away" } });
  expect(kiosk.view.intents).not.toContain("USE_PHONE");
});

test("a service by ClaveÚnica alone begins on the phone, and says when it cannot", async () => {
  const only = new TestKiosk([ONLY]);
  only.ports.script("log-in", HANG);
  await opens(only);
  expect(only.screen).toBe("phone-login");
  await only.act("BACK");
  expect(only.screen).toBe("inform");
  await only.act("LEAVE");
  away(only);
  await opens(only);
  expect(only.screen).toBe("problem common/identify.phone-unavailable-title");
  expect(only.view.intents).not.toContain("CONTINUE");
});

test("a broken card reader leaves the phone", async () => {
  kiosk.ports.script("scan", failed(coded("link.absent")));
  await opens();
  expect(kiosk.screen).toBe("problem common/identify.reader-title");
  await kiosk.act("USE_PHONE");
  expect(kiosk.screen).toBe("consent");
});
