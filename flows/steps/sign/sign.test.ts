import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Intent } from "../../../base/contracts/view.ts";
import { done, failed, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { assertOk } from "../../../base/result.ts";
import { DELAYS } from "../../engine/delays.ts";
import { loadServices, SERVICES_DIRECTORY } from "../../node/load-services.ts";
import { SETTINGS, select, TestKiosk } from "../../testing/kiosk.ts";
import { CEDULA, CHIP, NAME, RUN, SIGNATURE } from "../../testing/people.ts";
import { HANG } from "../../testing/scripted-ports.ts";

const services = assertOk(await loadServices(join(SERVICES_DIRECTORY, "../testing/examples")), "the examples");
const SERVICE = "chileatiende/declaracion-domicilio";
const RECORD = "signature.record";
const READY = "signature.ready";
const NO = failed(coded("institution.unreachable"));
const UNKNOWN = uncertain(coded("link.lost", "test"));
const OTHER = { ...CEDULA, run: "11111111-1", documentNumber: "987654321" };

const typed = (value: string): Intent => ({ type: "SUBMIT", value });

type Script = (kiosk: TestKiosk) => void;

/** At the first page of the declaration, identified by the cédula. */
async function reading(script: Script = () => {}): Promise<TestKiosk> {
  const kiosk = new TestKiosk(services);
  script(kiosk);
  await kiosk.open(SERVICE);
  await kiosk.act("CONTINUE", "ACCEPT");
  await kiosk.act(typed("Picarte"), typed("1000"), "SKIP", typed("Valdivia"), typed("17-05-2001"));
  return kiosk;
}

const effects = (kiosk: TestKiosk) =>
  kiosk.ports.calls.filter(({ name }) => name === RECORD).map(({ detail }) => (detail as { effect: string }).effect);
const texts = (kiosk: TestKiosk) => {
  const { screen } = kiosk.view;
  return screen.kind === "sign" ? screen.body.map(({ text }) => text) : [];
};

describe("what is signed", () => {
  test("is shown whole, page by page, with the answers in it, and can be signed on the last page only", async () => {
    const kiosk = await reading();
    expect(kiosk.view.screen).toMatchObject({ kind: "sign", page: { text: "Página 1 de 2" } });
    expect(kiosk.view.intents).not.toEqual(expect.arrayContaining(["CONFIRM"]));
    expect(kiosk.view.intents).not.toEqual(expect.arrayContaining(["USE_PHONE"]));
    const first = texts(kiosk);
    await kiosk.act("CONTINUE");
    expect(kiosk.view.intents).toEqual(expect.arrayContaining(["CONFIRM", "USE_PHONE", "BACK"]));
    const shown = [...first, ...texts(kiosk)];
    expect(shown[0]).toBe(`Yo, ${NAME}, RUN 12.345.678-5, declaro lo siguiente.`);
    expect(shown[1]).toContain("Picarte 1000");
    await kiosk.act("CONFIRM");
    expect(kiosk.ports.detail(RECORD)).toEqual({
      effect: "sign-declaration-1",
      input: {
        run: RUN,
        name: NAME,
        procedure: SERVICE,
        title: "Declaración jurada simple de domicilio",
        text: shown,
        locale: "es",
        proof: { by: "cedula-chip", evidence: "reading-1" },
        demo: true,
      },
    });
  });

  test("is heard as it is read: the page's number, every paragraph, and what can be done", async () => {
    const kiosk = await reading();
    const heard = kiosk.view.audio.map(({ text }) => text);
    for (const paragraph of ["Página 1 de 2", ...texts(kiosk), "Seguir leyendo"]) expect(heard).toContain(paragraph);
  });

  test("in another language is another text: it is read from its first page, and recorded as it was read", async () => {
    const kiosk = await reading();
    await kiosk.act("CONTINUE", { type: "SET_LOCALE", locale: "en" });
    expect(kiosk.view.screen).toMatchObject({ kind: "sign", page: { text: "Page 1 of 2" } });
    expect(kiosk.view.intents).not.toContain("CONFIRM");
    const shown = texts(kiosk);
    await kiosk.act("CONTINUE");
    shown.push(...texts(kiosk));
    kiosk.ports.script("scan", HANG);
    await kiosk.act("CONFIRM", { type: "SET_LOCALE", locale: "es" }, "BACK");
    expect(kiosk.view.screen).toMatchObject({ page: { text: "Página 1 de 2" } });
    await kiosk.act({ type: "SET_LOCALE", locale: "en" }, "USE_PHONE");
    expect(kiosk.ports.detail(RECORD)).toMatchObject({ input: { locale: "en", text: shown } });
  });

  test("back leads through its pages and then to the question before", async () => {
    const kiosk = await reading();
    await kiosk.act("CONTINUE", "BACK");
    expect(kiosk.view.screen).toMatchObject({ page: { text: "Página 1 de 2" } });
    await kiosk.act("BACK");
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", input: "date" });
  });
});

describe("the second proof", () => {
  test("on the phone says what is signed, and is recorded as ClaveÚnica's", async () => {
    const kiosk = await reading();
    await kiosk.act("CONTINUE", "USE_PHONE");
    expect(kiosk.ports.detail("log-in")).toMatchObject({
      about: "Declaración jurada simple de domicilio",
      purpose: "sign",
    });
    expect(kiosk.ports.detail(RECORD)).toMatchObject({
      input: { proof: { by: "clave-unica", evidence: "login-1" } },
    });
  });

  test.each<[string, Script, "CONFIRM" | "USE_PHONE"]>([
    [
      "card",
      ({ ports }) =>
        ports
          .script("scan", done(CEDULA), done(OTHER))
          .script("read-chip", done({ ...CHIP, documentNumber: OTHER.documentNumber, runs: [OTHER.run] })),
      "CONFIRM",
    ],
    ["login", ({ ports }) => ports.script("log-in", done({ run: OTHER.run, login: "login-2" })), "USE_PHONE"],
  ])("of somebody else signs nothing: their %s", async (_name, script, way) => {
    const kiosk = await reading(script);
    await kiosk.act("CONTINUE", way);
    expect(kiosk.screen).toBe("problem common/sign.other-person-title");
    expect(effects(kiosk)).toEqual([]);
    await kiosk.act("RETRY");
    expect(kiosk.view.screen).toMatchObject({ kind: "sign", page: { text: "Página 2 de 2" } });
  });

  test.each([
    ["that is no original", { ...CHIP, genuine: false }, "problem common/identify.chip-not-proved-title"],
    ["of another card", { ...CHIP, documentNumber: "000000001" }, "problem common/identify.other-card-title"],
  ])("by a chip %s signs nothing, and the page is reached again", async (_name, chip, screen) => {
    const kiosk = await reading(({ ports }) => ports.script("read-chip", done(chip)));
    await kiosk.act("CONTINUE", "CONFIRM");
    expect(kiosk.screen).toBe(screen);
    expect(effects(kiosk)).toEqual([]);
    await kiosk.act("BACK");
    expect(kiosk.screen).toBe("sign");
  });

  test("by the scan alone signs nothing: the chip must prove it", async () => {
    const kiosk = await reading(({ ports }) => ports.script("read-chip", HANG));
    await kiosk.act("CONTINUE", "CONFIRM");
    expect(kiosk.screen).toBe("tap-card");
    expect(kiosk.view.intents).not.toContain("SKIP");
    expect(effects(kiosk)).toEqual([]);
  });

  test("is not offered on the phone while ClaveÚnica is away, which is said", async () => {
    const kiosk = await reading(({ availability }) =>
      availability.set({ ...availability.value, institutions: new Set(["chileatiende", "firmagob"]) }),
    );
    await kiosk.act("CONTINUE");
    expect(kiosk.view.screen).toMatchObject({ notice: { id: "common/sign.phone-away" } });
    expect(kiosk.view.intents).not.toContain("USE_PHONE");
  });
});

describe("a signing service that is away", () => {
  test("keeps the service from being begun, with the reason on the menu", async () => {
    const kiosk = new TestKiosk(services);
    kiosk.availability.set({ ...kiosk.availability.value, institutions: new Set(["chileatiende", "claveunica"]) });
    await kiosk.act("START");
    expect(kiosk.view.screen).toMatchObject({
      services: expect.arrayContaining([
        expect.objectContaining({
          id: SERVICE,
          unavailable: expect.objectContaining({ id: "common/unavailable-reason.signing" }),
        }),
      ]),
    });
  });

  test.each([
    ["says so", done({ ready: false })],
    ["cannot be asked", NO],
  ])("and %s: the citizen is told before anything is read or proved", async (_name, answer) => {
    const kiosk = await reading(({ ports }) => ports.script(READY, answer, done({ ready: true })));
    expect(kiosk.screen).toBe("problem common/sign.away-title");
    await kiosk.act("RETRY");
    expect(kiosk.screen).toBe("sign");
  });
});

describe("the record", () => {
  const signed = async (script: Script) => {
    const kiosk = await reading(script);
    await kiosk.act("CONTINUE", "CONFIRM");
    return kiosk;
  };

  test("brings a receipt on paper, a copy on the phone, and the number on the last page", async () => {
    const kiosk = await signed(() => {});
    const paper = JSON.stringify(kiosk.ports.detail("print-signature-1"));
    for (const word of [SIGNATURE.folio, SIGNATURE.verificationCode, SIGNATURE.verificationUrl])
      expect(paper).toContain(word);
    expect(paper).not.toContain(RUN);
    await kiosk.act(select("qr"));
    expect(kiosk.ports.detail("delivery.link")).toMatchObject({ input: { document: SIGNATURE.folio } });
    await kiosk.act("CONTINUE");
    expect(kiosk.view.screen).toMatchObject({
      kind: "finish",
      result: "delivered",
      reference: { value: SIGNATURE.folio },
    });
  });

  test("that was certainly not made asks for a new proof and goes under a new name", async () => {
    const kiosk = await signed(({ ports }) => ports.script(RECORD, NO, done(SIGNATURE)));
    expect(kiosk.screen).toBe("problem common/sign.not-recorded-title");
    await kiosk.act("RETRY");
    expect(kiosk.screen).toBe("sign");
    await kiosk.act("CONFIRM");
    expect(effects(kiosk)).toEqual(["sign-declaration-1", "sign-declaration-2"]);
    expect(kiosk.ports.names.filter((name) => name === "read-chip")).toHaveLength(2);
  });

  test.each([
    ["unknown", UNKNOWN],
    ["an answer that nobody promised", done(null)],
    ["a defect", new Error("test")],
  ])("in doubt (%s) is sent again under its name with its proof, once signed", async (_name, answer) => {
    const kiosk = await signed(({ ports }) => ports.script(RECORD, answer, done(SIGNATURE)));
    expect(kiosk.screen).toBe("problem common/sign.doubt-title");
    expect(kiosk.view.intents).not.toContain("BACK");
    await kiosk.act("RETRY");
    expect(kiosk.view.screen).toMatchObject({ kind: "choose" });
    expect(effects(kiosk)).toEqual(["sign-declaration-1", "sign-declaration-1"]);
    expect(kiosk.ports.names.filter((name) => name === "read-chip")).toHaveLength(1);
  });

  test("in doubt, and the citizen ends it: an incident with its number", async () => {
    const kiosk = await signed(({ ports }) => ports.script(RECORD, HANG));
    await kiosk.clock.advance(DELAYS.submit + 1);
    await kiosk.act("FINISH");
    expect(kiosk.screen).toBe("finish incident common/finish.incident.signature-unknown-title");
    expect(kiosk.view.screen).toMatchObject({ reference: { value: "INC-0042" } });
    expect(kiosk.ports.detail("incident")).toEqual({ kind: "signature-unknown", effects: ["sign-declaration-1"] });
  });

  test("in doubt, and the citizen walks away: an incident", async () => {
    const kiosk = await signed(({ ports }) => ports.script(RECORD, UNKNOWN));
    await kiosk.clock.advance(SETTINGS.idle + SETTINGS.grace + 1);
    expect(kiosk.ports.detail("incident")).toEqual({ kind: "signature-unknown", effects: ["sign-declaration-1"] });
    expect(kiosk.ports.detail("settle")).toBe("incident");
  });

  test("without paper, and the citizen wants no copy: an incident, for the signature stands", async () => {
    const kiosk = await signed(({ ports }) => ports.script("print-signature-1", NO));
    await kiosk.act(select("none"));
    expect(kiosk.screen).toBe("finish incident common/finish.incident.delivery-unknown-title");
    expect(kiosk.ports.detail("incident")).toEqual({ kind: "delivery-unknown", effects: ["sign-declaration-1"] });
  });

  test("without paper, and the citizen walks away: an incident", async () => {
    const kiosk = await signed(({ ports }) => ports.script("print-signature-1", NO));
    await kiosk.clock.advance(SETTINGS.idle + SETTINGS.grace + 1);
    expect(kiosk.ports.detail("incident")).toEqual({ kind: "delivery-unknown", effects: ["sign-declaration-1"] });
  });

  test("whose paper nobody could confirm is there when the citizen says so", async () => {
    const kiosk = await signed(({ ports }) =>
      ports.script("print-signature-1", done({ printed: 1, confirmed: false })),
    );
    expect(kiosk.screen).toBe("problem common/deliver.check-title");
    await kiosk.act("CONTINUE", select("none"));
    expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered" });
  });

  test("with its receipt taken leaves nothing open: whoever walks away now has it", async () => {
    const kiosk = await signed(() => {});
    await kiosk.clock.advance(SETTINGS.idle + SETTINGS.grace + 1);
    expect(kiosk.ports.names).not.toContain("incident");
    expect(kiosk.ports.detail("settle")).toBe("delivered");
  });
});
