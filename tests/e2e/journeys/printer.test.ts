import { Agent, request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { Account } from "./account.ts";
import { buysBono, finishes, leaves, paysWithCard, takesCard, toTerminal } from "./walk.ts";

let stack: KioskStack;
let account: Account;
const phone = new Agent({ connect: { rejectUnauthorized: false } });

beforeAll(async () => {
  stack = await KioskStack.start();
});
afterAll(async () => {
  await phone.destroy();
  await stack?.stop();
});
beforeEach(async () => {
  account = await Account.open(stack);
});
afterEach(async () => {
  await takesCard(stack);
});

async function act(action: string, parameters: Record<string, number> = {}): Promise<void> {
  await stack.operator.act("receipt-printer", action, parameters);
}

/** Paper has begun to move. */
async function printing(): Promise<void> {
  await until("paper that moves", async () =>
    (await stack.operator.texts("receipt-printer")).some(({ name, text }) => name === "printing" && /Folio/.test(text)),
  );
}

/** The bono is issued and cannot be printed: the citizen takes it along on the phone. */
async function takesItOnThePhone(): Promise<void> {
  const { kiosk } = stack;
  await kiosk.sees("choose", /no pudimos imprimir/i, 60_000);
  await kiosk.does({ type: "SELECT", option: "qr" });
  const { qr } = await kiosk.sees("hand-off");
  const opened = await request(qr, { dispatcher: phone, method: "POST" });
  expect(await opened.body.text()).toMatch(/ROSA ELENA/);
  await kiosk.does({ type: "CONTINUE" });
  expect((await finishes(stack)).result).toBe("delivered");
  await leaves(stack);
}

/** The next citizen buys as if nothing had been. */
async function servesTheNext(): Promise<void> {
  await takesCard(stack);
  await stack.kiosk.sees("attract");
  await stack.serves("fonasa");
  const next = await Account.open(stack);
  const [bono = "", voucher = ""] = await buysBono(stack);
  // One whole ticket each, and nothing of the citizen before.
  expect(bono.match(/BONO DE ATENCIÓN/g)).toHaveLength(1);
  expect(voucher).toMatch(/COMPROBANTE/);
  expect(await next.now()).toMatchObject({ valid: 1, charges: [{ moneyMoved: true }] });
}

describe("a printer that stops in the middle of the bono", () => {
  test.each([
    ["the paper ends", () => act("paperEnd"), () => act("loadPaper")],
    ["the paper jams", () => act("jam"), () => act("clearFaults")],
    ["the cover is opened", () => act("openCover"), () => act("closeCover")],
    ["the cable is pulled", () => act("unplug"), () => act("plug")],
  ])(
    "%s: the citizen gets the bono on the phone, and after the repair the next one is served",
    async (_, spoil, repair) => {
      await toTerminal(stack);
      await paysWithCard(stack);
      await printing();
      await spoil();
      const screen = await stack.kiosk.seesOneOf(["choose", "problem"], 90_000);
      if (screen.kind === "problem") await stack.kiosk.does({ type: "RETRY" });
      await takesItOnThePhone();
      expect(await account.now()).toMatchObject({ valid: 1, charges: [{ moneyMoved: true, reversed: false }] });
      await stack.settled();
      await repair();
      await servesTheNext();
    },
  );

  test("its power fails and comes back: delivered by phone, and the next citizen is served", async () => {
    await toTerminal(stack);
    await paysWithCard(stack);
    await printing();
    await act("powerOff");
    await act("powerOn");
    const screen = await stack.kiosk.seesOneOf(["choose", "problem"], 90_000);
    if (screen.kind === "problem") await stack.kiosk.does({ type: "RETRY" });
    await takesItOnThePhone();
    expect(await account.now()).toMatchObject({ valid: 1, charges: [{ moneyMoved: true, reversed: false }] });
    await servesTheNext();
  });
});

describe("a printer without paper", () => {
  test("before anybody came: the kiosk says what it cannot do until paper is loaded, and still gives numbers", async () => {
    const out = () => {
      const { screen } = stack.kiosk.view ?? {};
      const services = screen?.kind === "services" ? screen.services : [];
      return services.filter(({ unavailable }) => unavailable !== undefined).map(({ id }) => id);
    };
    await act("paperEnd");
    await stack.kiosk.does({ type: "START" });
    await stack.kiosk.sees("services");
    const printing = [
      ...["fonasa/bono-atencion", "srcei/certificado-nacimiento"],
      ...["chileatiende/reclamo", "chileatiende/solicitud-contacto"],
    ];
    await until("services that print are out", () => out().length === printing.length);
    expect(out()).toEqual(printing);
    await act("loadPaper");
    await until("all services are back", () => out().length === 0);
    await stack.kiosk.does({ type: "LEAVE" });
    await stack.kiosk.sees("attract");
  });
});

describe("a ticket that nobody takes", () => {
  test("is retracted, so that the next citizen does not get it, and offered on the phone", async () => {
    await toTerminal(stack);
    await paysWithCard(stack);
    await until(
      "the bono in the mouth",
      async () => (await stack.operator.state("receipt-printer")).ticketInMouth === true,
    );
    await takesItOnThePhone();
    expect((await stack.papers()).some(({ place, text }) => place === "retracted" && /BONO/.test(text))).toBe(true);
    await servesTheNext();
  });
});
