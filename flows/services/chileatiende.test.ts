import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { assertOk } from "../../base/result.ts";
import { DELAYS } from "../engine/delays.ts";
import { loadServices, SERVICES_DIRECTORY } from "../node/load-services.ts";
import { SETTINGS, select, TestKiosk } from "../testing/kiosk.ts";
import { CASE_STATUS, CASES, NAME, QUEUES, RUN, TURN } from "../testing/people.ts";
import { HANG } from "../testing/scripted-ports.ts";

const services = [
  ...assertOk(await loadServices(), "the services"),
  ...assertOk(await loadServices(join(SERVICES_DIRECTORY, "../testing/examples")), "the examples"),
];
const TAKE = "attention.turn.take";
const BOOK = "attention.appointment.book";
const UNKNOWN = uncertain(coded("link.lost", "test"));
const NO = failed(coded("institution.unreachable"));

const effectsOf = (kiosk: TestKiosk, name: string) =>
  kiosk.ports.calls.filter((call) => call.name === name).map(({ detail }) => (detail as { effect: string }).effect);

describe("a number in the queue", () => {
  async function atQueues(script: (kiosk: TestKiosk) => void = () => {}) {
    const kiosk = new TestKiosk(services);
    script(kiosk);
    await kiosk.open("chileatiende/turno");
    return kiosk;
  }

  test("is taken once, printed with its code, shown large, and asks for nothing about the person", async () => {
    const kiosk = await atQueues();
    expect(kiosk.view.screen).toMatchObject({
      kind: "choose",
      options: [
        { label: { text: "Atención general" }, detail: { text: "Esperan 8 personas. Unos 32 minutos." } },
        { label: { text: "ClaveÚnica" }, detail: { text: "Espera 1 persona." } },
      ],
    });
    await kiosk.act(select("general"));
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", title: { text: "¿Necesita atención preferente?" } });
    await kiosk.act(select("yes"));
    expect(kiosk.view.screen).toMatchObject({
      kind: "turn",
      number: { value: "A-049" },
      facts: [{ value: "Atención general" }, { value: "8" }, { value: "Unos 32 minutos" }],
      qr: TURN.url,
      code: TURN.folio,
    });
    expect(kiosk.ports.names).toEqual(["attention.queues", TAKE, "print-turn-1"]);
    expect(kiosk.ports.detail(TAKE)).toEqual({
      effect: "turn-ticket-1",
      input: { queue: "general", preferential: true },
    });
    const paper = JSON.stringify(kiosk.ports.detail("print-turn-1"));
    for (const word of ["A-049", TURN.url, TURN.folio, "DOCUMENTO DE DEMOSTRACIÓN"]) expect(paper).toContain(word);
    await kiosk.act("CONTINUE");
    expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered", reference: { value: "A-049" } });
  });

  test("a queue that lets nobody go first does not ask who must", async () => {
    const kiosk = await atQueues();
    await kiosk.act(select("clave"));
    expect(kiosk.screen).toBe("turn");
    expect(kiosk.ports.detail(TAKE)).toMatchObject({ input: { queue: "clave", preferential: false } });
  });

  test("in doubt is asked for again under the same name, and nothing else can be chosen meanwhile", async () => {
    const kiosk = await atQueues(({ ports }) => ports.script(TAKE, UNKNOWN, UNKNOWN, done(TURN)));
    await kiosk.act(select("clave"));
    expect(kiosk.screen).toBe("problem common/turn.queue-doubt-title");
    expect(kiosk.view.intents).not.toContain("BACK");
    await kiosk.act("RETRY", "RETRY");
    expect(kiosk.screen).toBe("turn");
    expect(effectsOf(kiosk, TAKE)).toEqual(["turn-ticket-1", "turn-ticket-1", "turn-ticket-1"]);
  });

  test("in doubt, and the citizen leaves: the last page sends them to the counter", async () => {
    const kiosk = await atQueues(({ ports }) => ports.script(TAKE, HANG));
    await kiosk.act(select("clave"));
    await kiosk.clock.advance(DELAYS.submit + 1);
    await kiosk.act("FINISH");
    expect(kiosk.screen).toBe("finish nothing-done common/finish.turn-queue-unknown-title");
    expect(kiosk.ports.detail("settle")).toBe("abandoned");
  });

  test("that was certainly not taken is a new attempt; a queue that closed meanwhile is told with those that are open", async () => {
    const closed = failed(coded("attention.queue-closed"));
    const kiosk = await atQueues(({ ports }) => ports.script(TAKE, NO, closed, done(TURN)));
    await kiosk.act(select("clave"));
    expect(kiosk.screen).toBe("problem common/turn.queue-not-taken-title");
    await kiosk.act("RETRY");
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", problem: { id: "common/turn.queue-closed" } });
    await kiosk.act(select("clave"));
    expect(effectsOf(kiosk, TAKE)).toEqual(["turn-ticket-1", "turn-ticket-2", "turn-ticket-3"]);
  });

  test("is shown although the printer does nothing, and is not called delivered before it was seen", async () => {
    const kiosk = await atQueues(({ ports }) => ports.script("print", NO));
    await kiosk.act(select("clave"));
    expect(kiosk.view.screen).toMatchObject({ kind: "turn", body: [{ text: "No pudimos imprimir el papel." }, {}] });
    await kiosk.clock.advance(SETTINGS.idle + SETTINGS.grace + 1);
    expect(kiosk.ports.detail("settle")).toBe("abandoned");
  });

  test("no queue is open, or the office does not answer: said, and nothing is taken", async () => {
    const kiosk = await atQueues(({ ports }) =>
      ports.script("attention.queues", NO, done({ queues: [] }), done(QUEUES)),
    );
    expect(kiosk.screen).toBe("problem common/unavailable-title");
    await kiosk.act("RETRY");
    expect(kiosk.screen).toBe("problem common/turn.queue-empty-title");
    await kiosk.act("RETRY");
    expect(kiosk.screen).toBe("choose");
  });
});

describe("an appointment", () => {
  async function atDays(script: (kiosk: TestKiosk) => void = () => {}) {
    const kiosk = new TestKiosk(services);
    script(kiosk);
    await kiosk.open("chileatiende/hora");
    await kiosk.act("CONTINUE", "ACCEPT");
    return kiosk;
  }

  test("is booked for a day and an hour after it was confirmed, printed, and copied to the phone", async () => {
    const kiosk = await atDays();
    expect(kiosk.view.screen).toMatchObject({
      options: [{ label: { text: "Lunes 30 de noviembre" } }, { label: { text: "Martes 1 de diciembre" } }],
    });
    await kiosk.act(select("2026-11-30"), select("s2"));
    expect(kiosk.view.screen).toMatchObject({ kind: "review", rows: [{}, { value: "10:15" }, {}] });
    expect(kiosk.ports.names).not.toContain(BOOK);
    await kiosk.act("CONFIRM");
    expect(kiosk.ports.detail(BOOK)).toEqual({
      effect: "turn-hour-1",
      input: { slot: "s2", matter: "atencion-general", run: RUN },
    });
    expect(JSON.stringify(kiosk.ports.detail("print-turn-1"))).not.toContain(RUN);
    await kiosk.act("CONTINUE", select("qr"), "CONTINUE");
    expect(kiosk.view.screen).toMatchObject({ kind: "finish", reference: { value: "M3XW8RTC" } });
  });

  test("that somebody else took meanwhile is told, and the others are offered", async () => {
    const kiosk = await atDays(({ ports }) => ports.script(BOOK, failed(coded("attention.slot-taken"))));
    await kiosk.act(select("2026-11-30"), select("s2"), "CONFIRM");
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", problem: { id: "common/turn.slot-taken" } });
    expect(kiosk.ports.names.filter((name) => name === "attention.slots")).toHaveLength(2);
  });
});

describe("where a case stands", () => {
  async function atCases(script: (kiosk: TestKiosk) => void = () => {}) {
    const kiosk = new TestKiosk(services);
    script(kiosk);
    await kiosk.open("chileatiende/estado-tramite");
    await kiosk.act("CONTINUE");
    expect(kiosk.ports.names).toEqual(["scan"]);
    await kiosk.act("ACCEPT");
    return kiosk;
  }

  test("is shown in plain words with what is next and who must act, and copied to paper and phone", async () => {
    const kiosk = await atCases();
    await kiosk.act(select("SUB-2026-004512"));
    expect(kiosk.view.screen).toMatchObject({
      kind: "status",
      title: { text: "Subsidio Único Familiar" },
      body: [
        { text: "Falta algo de su parte para seguir." },
        { text: "Ahora le toca a usted." },
        { text: CASE_STATUS.next },
      ],
      timeline: [{ date: "3 de noviembre de 2026", state: "done" }, { state: "current" }, { state: "pending" }],
    });
    await kiosk.act("CONFIRM", select("paper"));
    expect(kiosk.view.screen).toMatchObject({ kind: "status", problem: { id: "common/status.paper-done" } });
    const paper = JSON.stringify(kiosk.ports.detail("print-status-1"));
    expect(paper).toContain("Ahora le toca a usted.");
    for (const word of [RUN, NAME]) expect(paper).not.toContain(word);
    await kiosk.act("CONFIRM", select("phone"));
    expect(kiosk.screen).toBe("hand-off");
    await kiosk.act("CONTINUE", "CONTINUE", select("nothing"));
    expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered" });
  });

  test("one case is shown at once, none is said honestly", async () => {
    const one = await atCases(({ ports }) => ports.script("cases.list", done({ cases: [CASES.cases[0]] })));
    expect(one.screen).toBe("status");
    const none = await atCases(({ ports }) => ports.script("cases.list", done({ cases: [] })));
    expect(none.screen).toBe("problem chileatiende/estado-tramite/case.empty-title");
  });
});

describe("a person who is called", () => {
  async function called(script: (kiosk: TestKiosk) => void) {
    const kiosk = new TestKiosk(services);
    script(kiosk);
    await kiosk.open("chileatiende/estado-tramite");
    await kiosk.act("CONTINUE", "ACCEPT", select("SUB-2026-004512"), "CONTINUE", select("person"));
    return kiosk;
  }
  const state = (name: string) => done({ state: name });

  test("comes: the page says so as soon as they have answered, and the institution is told of no person", async () => {
    const kiosk = await called(({ ports }) => ports.script("attention.help", state("waiting"), state("coming")));
    expect(kiosk.view.screen).toMatchObject({ kind: "help-called", state: "waiting" });
    expect(kiosk.ports.detail("attention.help.call")).toEqual({
      effect: "help-1",
      input: { service: "chileatiende/estado-tramite" },
    });
    await kiosk.clock.advance(2 * DELAYS.helpPause);
    expect(kiosk.view.screen).toMatchObject({ kind: "help-called", state: "coming" });
    await kiosk.act("CONTINUE");
    expect(kiosk.screen).toContain("finish");
  });

  test("does not come: after the deadline that is said, nobody was hurried meanwhile, and they can be called again", async () => {
    const kiosk = await called(() => {});
    for (let waited = 0; waited < DELAYS.help - DELAYS.helpPause; waited += DELAYS.helpPause) {
      await kiosk.clock.advance(DELAYS.helpPause);
      expect(kiosk.view.overlay).toBeUndefined();
    }
    await kiosk.clock.advance(DELAYS.helpPause);
    expect(kiosk.screen).toBe("problem common/called.nobody-title");
    await kiosk.act("RETRY");
    expect(effectsOf(kiosk, "attention.help.call")).toEqual(["help-1", "help-2"]);
    await kiosk.act("FINISH");
    expect(kiosk.screen).toContain("finish");
  });

  test("a call in doubt is repeated under its name, one that failed is told", async () => {
    const kiosk = await called(({ ports }) => ports.script("attention.help.call", UNKNOWN, NO));
    expect(kiosk.screen).toBe("problem common/called.doubt-title");
    await kiosk.act("RETRY");
    expect(kiosk.screen).toBe("problem common/called.failed-title");
    expect(effectsOf(kiosk, "attention.help.call")).toEqual(["help-1", "help-1"]);
  });
});
