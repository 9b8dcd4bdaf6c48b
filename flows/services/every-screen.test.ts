import { describe, expect, test } from "vitest";
import { type Intent, intentSchema, sessionViewSchema } from "../../base/contracts/view.ts";
import { assertOk } from "../../base/result.ts";
import { DELAYS } from "../engine/delays.ts";
import { loadServices } from "../node/load-services.ts";
import { everyScreen } from "../testing/days.ts";
import { walk } from "../testing/explore.ts";
import { SETTINGS } from "../testing/kiosk.ts";
import { NAME } from "../testing/people.ts";

const services = assertOk(await loadServices(), "the services");
const once = await everyScreen(services);

test("all pages of the library and of all services are among the screens that were reached", () => {
  expect(once.length).toBeGreaterThan(45);
  const kinds = new Set(once.map(({ view }) => view.screen.kind));
  for (const kind of [
    "inform",
    "identify",
    "tap-card",
    "consent",
    "ask",
    "choose",
    "choose-many",
    "review",
    "hand-off",
    "problem",
    "survey",
    "scan-pages",
    "finish",
  ])
    expect(kinds).toContain(kind);
});

describe.each(once)("$service, $day: $screen", ({ service, script, way, view }) => {
  test("is a view of the contract, every text in it exists, and it is spoken", () => {
    expect(sessionViewSchema.safeParse(view).error).toBeUndefined();
    const texts = textsIn(view.screen);
    for (const { id, text } of texts) {
      expect(text, id).not.toBe("");
      expect(id.endsWith(`/${text}`), `${id} has no text`).toBe(false);
      expect(text).not.toMatch(/\{\{|undefined|null|NaN/);
    }
    expect(view.audio.length).toBeGreaterThan(0);
  });

  test("the language changes in one touch and nothing is lost", async () => {
    const kiosk = await walk(services, service, script, way);
    await kiosk.act({ type: "SET_LOCALE", locale: "en" });
    const english = kiosk.view;
    expect(english.screen.kind).toBe(view.screen.kind);
    expect(english.intents).toEqual(view.intents);
    expect(english.locale).toBe("en");
    await kiosk.act({ type: "SET_LOCALE", locale: "es" });
    expect(kiosk.view).toEqual(view);
  });

  test("what is not offered is refused and changes nothing", async () => {
    const kiosk = await walk(services, service, script, way);
    for (const intent of EVERY_INTENT.filter(({ type }) => !view.intents.includes(type)))
      expect(kiosk.session.send(intent), intent.type).toBe(false);
    expect(kiosk.view).toEqual(view);
  });

  test("who walks away leaves nothing behind, and no money is lost", async () => {
    const kiosk = await walk(services, service, script, way);
    const before = kiosk.ports.names.filter((name) => name.startsWith("charge")).length;
    // Who waits for a person is not hurried: the wait itself ends.
    if (view.screen.kind === "help-called") await kiosk.clock.advance(DELAYS.help);
    // Who looks at their phone has four times as long.
    const idle = view.screen.kind === "phone-login" ? 4 * SETTINGS.idle : SETTINGS.idle;
    await kiosk.clock.advance(idle + SETTINGS.grace + SETTINGS.finish + 1);
    expect(kiosk.screen).toBe("attract");
    expect(kiosk.session.serving.value).toBe(false);
    expect(JSON.stringify(kiosk.view)).not.toContain(NAME);
    expect(kiosk.clock.pending).toBe(0);
    const { names } = kiosk.ports;
    expect(names.filter((name) => name === "settle")).toHaveLength(1);
    expect(names.filter((name) => name.startsWith("charge"))).toHaveLength(before);
    if (names.includes("fonasa.bono.issue"))
      expect(["delivered", "refunded", "incident"]).toContain(kiosk.ports.detail("settle"));
  });
});

type TextLike = { readonly id: string; readonly text: string };

function textsIn(value: unknown): TextLike[] {
  if (value === null || typeof value !== "object") return [];
  if ("id" in value && "text" in value) return [value as TextLike];
  return Object.values(value).flatMap(textsIn);
}

const EVERY_INTENT: Intent[] = [
  ...["START", "CONTINUE", "BACK", "LEAVE", "STAY", "ACCEPT", "REFUSE", "TYPE_RUN", "CONFIRM", "RETRY", "SKIP"],
  ...["FINISH", "MORE_TIME", "HELP", "CLOSE_HELP"],
]
  .map((type) => intentSchema.parse({ type }))
  .concat(
    { type: "OPEN_SERVICE", service: "fonasa/bono-atencion" },
    { type: "SUBMIT", value: "x" },
    { type: "SELECT", option: "7" },
    { type: "CHOOSE", options: [] },
    { type: "CHANGE", row: "use" },
  );
