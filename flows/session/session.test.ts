import { beforeEach, describe, expect, test } from "vitest";
import { done } from "../../base/outcome.ts";
import { assertOk } from "../../base/result.ts";
import { loadServices } from "../node/load-services.ts";
import { SETTINGS, select, TestKiosk } from "../testing/kiosk.ts";
import { CEDULA, NAME, RUN } from "../testing/people.ts";
import { HANG, ScriptedPorts } from "../testing/scripted-ports.ts";

/** Each of the two needs devices: a kiosk without any serves nobody. */
const services = assertOk(await loadServices(), "the services").filter(({ requires }) =>
  requires.has("receipt-printer"),
);
const BONO = "fonasa/bono-atencion";
const CERTIFICATE = "srcei/certificado-nacimiento";
const CONTACT = "chileatiende/solicitud-contacto";
const COMPLAINT = "chileatiende/reclamo";

let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk(services);
});

function cards() {
  const { screen } = kiosk.view;
  return screen.kind === "services" ? screen.services : [];
}

/** The text that says why, by service that cannot be given. */
function unavailable(): { [service: string]: string } {
  return Object.fromEntries(cards().flatMap(({ id, unavailable }) => (unavailable ? [[id, unavailable.id]] : [])));
}

describe("the menu", () => {
  test("a touch on the attract screen opens it, a language on it chooses and opens", async () => {
    expect(kiosk.view).toMatchObject({
      screen: { kind: "attract" },
      locale: "es",
      intents: ["START", "HELP", "SET_LOCALE"],
    });
    await kiosk.act({ type: "SET_LOCALE", locale: "en" });
    expect(kiosk.view).toMatchObject({
      screen: { kind: "services", title: { text: "What do you need?" } },
      locale: "en",
    });
  });

  test("a service whose device is missing stays in sight with the reason, and cannot be opened", async () => {
    kiosk.availability.set({ ...kiosk.availability.value, devices: new Set(["code-reader", "receipt-printer"]) });
    await kiosk.act("START");
    expect(unavailable()).toEqual({ [BONO]: "common/unavailable-reason.payment-terminal" });
    expect(kiosk.session.send({ type: "OPEN_SERVICE", service: BONO })).toBe(false);
    expect(kiosk.session.send({ type: "OPEN_SERVICE", service: "no/such" })).toBe(false);
    expect(kiosk.opened).toEqual([]);
    await kiosk.act({ type: "OPEN_SERVICE", service: CERTIFICATE });
    expect(kiosk.opened).toEqual([CERTIFICATE]);
  });

  test("an institution that does not answer makes its service unavailable at once", async () => {
    await kiosk.act("START");
    kiosk.availability.set({ ...kiosk.availability.value, institutions: new Set(["srcei"]) });
    expect(unavailable()).toEqual({
      [BONO]: "common/unavailable-reason.institution",
      [COMPLAINT]: "common/unavailable-reason.institution",
      [CONTACT]: "common/unavailable-reason.institution",
    });
  });

  test("a service that works off line stays open while its institution is away, and says that it is sent later", async () => {
    await kiosk.act("START");
    const { availability } = kiosk;
    const off = { ...availability.value, institutions: new Set<string>() };
    availability.set({ ...off, waitable: new Set(["consent.record", "chileatiende.contact-request"]) });
    expect(Object.keys(unavailable()).toSorted()).toEqual([COMPLAINT, BONO, CERTIFICATE]);
    expect(
      cards()
        .map(({ id, notice }) => [id, notice?.id])
        .filter(([, notice]) => notice !== undefined),
    ).toEqual([[CONTACT, "common/services.sent-later"]]);
    await kiosk.act({ type: "OPEN_SERVICE", service: CONTACT });
    expect(kiosk.opened).toEqual([CONTACT]);
  });

  test("one of whose submissions cannot wait, because the kiosk is full, is closed like the others", async () => {
    await kiosk.act("START");
    const { availability } = kiosk;
    availability.set({ ...availability.value, institutions: new Set(), waitable: new Set(["consent.record"]) });
    await kiosk.settle();
    expect(kiosk.screen).toBe("out-of-service");
  });

  test("when nothing can be served the kiosk says so, and serves again by itself", async () => {
    await kiosk.act("START");
    kiosk.availability.set({ ...kiosk.availability.value, devices: new Set() });
    expect(kiosk.view).toMatchObject({ screen: { kind: "out-of-service" }, intents: ["HELP", "SET_LOCALE"] });
    kiosk.availability.set({ ...kiosk.availability.value, devices: new Set(["code-reader", "receipt-printer"]) });
    expect(kiosk.screen).toBe("attract");
    kiosk.availability.set({ ...kiosk.availability.value, closed: true });
    expect(kiosk.screen).toBe("out-of-service");
  });

  test("a loss during a journey does not touch it", async () => {
    await kiosk.open(BONO);
    kiosk.availability.set({ ...kiosk.availability.value, closed: true });
    expect(kiosk.screen).toBe("inform");
    await kiosk.act("LEAVE");
    expect(kiosk.screen).toBe("out-of-service");
  });
});

describe("help where nobody is served", () => {
  test("stands over the attract screen, begins no session and closes by itself", async () => {
    await kiosk.act("HELP");
    expect(kiosk.view).toMatchObject({
      screen: { kind: "attract" },
      overlay: { kind: "help" },
      intents: ["CLOSE_HELP", "SET_LOCALE"],
    });
    expect(kiosk.view.overlay?.body.map(({ id }) => id)).not.toContain("common/help.data");
    expect(kiosk.session.serving.value).toBe(false);
    await kiosk.clock.advance(SETTINGS.idle - 1);
    expect(kiosk.view.overlay?.kind).toBe("help");
    await kiosk.clock.advance(1);
    expect(kiosk.view).toMatchObject({ screen: { kind: "attract" }, intents: ["START", "HELP", "SET_LOCALE"] });
    expect(kiosk.view.overlay).toBeUndefined();
    expect(kiosk.clock.pending).toBe(0);
  });

  test("closes at a touch and leaves the attract screen as it was", async () => {
    const before = kiosk.view;
    await kiosk.act("HELP", "CLOSE_HELP");
    expect(kiosk.view).toEqual(before);
    expect(kiosk.clock.pending).toBe(0);
  });

  test("speaks the other language at a touch, which gives its time anew, and who chose it is served in it", async () => {
    await kiosk.act("HELP");
    await kiosk.clock.advance(SETTINGS.idle - 1);
    await kiosk.act({ type: "SET_LOCALE", locale: "en" });
    await kiosk.clock.advance(SETTINGS.idle - 1);
    expect(kiosk.view).toMatchObject({ overlay: { title: { text: "Do you need help?" } } });
    await kiosk.act("CLOSE_HELP");
    expect(kiosk.view).toMatchObject({ screen: { kind: "services" }, locale: "en" });
  });

  test("who reads it in English and walks away leaves the kiosk in Spanish", async () => {
    await kiosk.act("HELP", { type: "SET_LOCALE", locale: "en" });
    await kiosk.clock.advance(SETTINGS.idle);
    expect(kiosk.view).toMatchObject({ screen: { kind: "attract" }, locale: "es" });
    expect(kiosk.view.overlay).toBeUndefined();
  });

  test("is there while the kiosk is out of service, and goes when it serves again", async () => {
    kiosk.availability.set({ ...kiosk.availability.value, closed: true });
    await kiosk.act("HELP");
    expect(kiosk.view).toMatchObject({ screen: { kind: "out-of-service" }, overlay: { kind: "help" } });
    await kiosk.clock.advance(SETTINGS.idle);
    expect(kiosk.view.overlay).toBeUndefined();
    await kiosk.act("HELP");
    kiosk.availability.set({ ...kiosk.availability.value, closed: false });
    expect(kiosk.view).toMatchObject({ screen: { kind: "attract" } });
    expect(kiosk.view.overlay).toBeUndefined();
  });
});

describe("time", () => {
  test("is given as often as it is asked for", async () => {
    await kiosk.open(BONO);
    for (let extension = 0; extension < 12; extension++) {
      await kiosk.clock.advance(SETTINGS.idle);
      expect(kiosk.view).toMatchObject({ overlay: { kind: "still-there" }, deadlineIn: SETTINGS.grace });
      await kiosk.act("MORE_TIME");
      expect(kiosk.view.overlay).toBeUndefined();
    }
    expect(kiosk.screen).toBe("inform");
  });

  test("begins anew with every touch", async () => {
    await kiosk.open(BONO);
    await kiosk.clock.advance(SETTINGS.idle - 1);
    await kiosk.act("HELP");
    await kiosk.clock.advance(SETTINGS.idle - 1);
    expect(kiosk.view.overlay?.kind).toBe("help");
    await kiosk.clock.advance(1);
    expect(kiosk.view.overlay?.kind).toBe("still-there");
  });

  test("begins anew when the card is read", async () => {
    const { promise, resolve } = Promise.withResolvers();
    kiosk.ports.script("scan", promise);
    await kiosk.open(BONO);
    await kiosk.act("CONTINUE");
    await kiosk.clock.advance(SETTINGS.idle);
    expect(kiosk.view.overlay?.kind).toBe("still-there");
    resolve(done(CEDULA));
    await kiosk.settle();
    expect(kiosk.view).toMatchObject({ screen: { kind: "consent" } });
    expect(kiosk.view.overlay).toBeUndefined();
  });

  test("is asked for at once when the citizen seems to have gone, and a touch answers as ever", async () => {
    await kiosk.open(BONO);
    kiosk.session.away();
    expect(kiosk.view).toMatchObject({ overlay: { kind: "still-there" }, deadlineIn: SETTINGS.grace });
    await kiosk.act("MORE_TIME");
    expect(kiosk.screen).toBe("inform");
    expect(kiosk.view.overlay).toBeUndefined();
    kiosk.session.away();
    await kiosk.clock.advance(SETTINGS.grace);
    expect(kiosk.screen).toBe("attract");
  });

  test("is not asked for where nobody is hurried: nobody is served, or the last page stands", async () => {
    kiosk.session.away();
    expect(kiosk.screen).toBe("attract");
    await kiosk.open(BONO);
    await kiosk.act("CONTINUE", "REFUSE");
    if (kiosk.view.screen.kind === "problem") await kiosk.act("FINISH");
    kiosk.session.away();
    expect(kiosk.view.screen.kind).toBe("finish");
    expect(kiosk.view.overlay).toBeUndefined();
  });

  test("an idle menu goes back to the attract screen", async () => {
    await kiosk.act({ type: "SET_LOCALE", locale: "en" });
    await kiosk.clock.advance(SETTINGS.idle + SETTINGS.grace);
    expect(kiosk.view).toMatchObject({ screen: { kind: "attract" }, locale: "es" });
  });

  test("the last page goes by itself", async () => {
    await kiosk.open(BONO);
    await kiosk.act("CONTINUE", "REFUSE");
    expect(kiosk.view).toMatchObject({ screen: { kind: "finish" }, deadlineIn: SETTINGS.finish });
    await kiosk.clock.advance(SETTINGS.finish);
    expect(kiosk.screen).toBe("attract");
  });
});

describe("leaving", () => {
  test("asks first when something would be lost", async () => {
    await kiosk.open(BONO);
    await kiosk.act("CONTINUE", "LEAVE");
    expect(kiosk.view).toMatchObject({ overlay: { kind: "confirm-leave" }, intents: ["STAY", "LEAVE", "SET_LOCALE"] });
    await kiosk.act("STAY");
    expect(kiosk.screen).toBe("consent");
    await kiosk.act("LEAVE", "LEAVE");
    expect(kiosk.screen).toBe("attract");
    expect(kiosk.ports.detail("settle")).toBe("abandoned");
  });

  test("does not ask when nothing was entered", async () => {
    await kiosk.open(BONO);
    await kiosk.act("LEAVE");
    expect(kiosk.screen).toBe("attract");
  });

  test("help stands over every screen of a journey and goes away without a trace", async () => {
    await kiosk.open(BONO);
    const before = kiosk.view;
    await kiosk.act("HELP");
    expect(kiosk.view).toMatchObject({ overlay: { kind: "help" }, intents: ["CLOSE_HELP", "SET_LOCALE"] });
    await kiosk.act("CLOSE_HELP");
    expect(kiosk.view).toEqual(before);
  });
});

describe("after a citizen", () => {
  test("nothing of them is left, in no view, no log and no later journey", async () => {
    await kiosk.open(BONO);
    await kiosk.act("CONTINUE", "ACCEPT", select("0101001"), select("7654321-6"));
    expect(JSON.stringify(kiosk.view)).toContain(NAME);
    await kiosk.act("CONFIRM", "SKIP", "FINISH");
    expect(kiosk.screen).toBe("attract");
    kiosk.ports = new ScriptedPorts().script("scan", HANG);
    await kiosk.open(BONO);
    await kiosk.act("CONTINUE");
    const left = JSON.stringify([kiosk.view, kiosk.logged, kiosk.ports.calls]);
    for (const canary of [NAME, RUN, "12.345.678", "4242", "VT0001", "900000001", "0101001"])
      expect(left).not.toContain(canary);
  });

  test("the log says what happened, without saying to whom", async () => {
    await kiosk.open(BONO);
    await kiosk.act("CONTINUE", "REFUSE", "FINISH");
    expect(kiosk.logged.map(({ event }) => event).filter((event) => event !== "journey.moved")).toEqual([
      "journey.opened",
      "journey.ended",
    ]);
    expect(kiosk.logged.at(-1)?.fields).toMatchObject({ service: BONO, result: "nothing-done" });
  });

  test("stopping leaves no timer", async () => {
    await kiosk.open(BONO);
    await kiosk.session.stop();
    expect(kiosk.clock.pending).toBe(0);
  });
});
