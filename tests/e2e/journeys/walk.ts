import type { KioskStack } from "../../support/kiosk-stack.ts";

export const PERSON = { run: "12345678-5", typed: "123456785" } as const;

const CREDIT = { kind: "credit", last4: "0117" } as const;

/** From the attract screen to the last review of a bono, with the cédula. */
export async function toReview({ kiosk, operator }: KioskStack, run: string = PERSON.run): Promise<void> {
  await kiosk.sees("attract");
  await kiosk.does({ type: "START" });
  await kiosk.sees("services");
  await kiosk.opens("fonasa/bono-atencion");
  await kiosk.sees("inform");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("identify");
  await operator.act("code-reader", "present-card", { run });
  await passesTheChip(kiosk);
  await kiosk.does({ type: "ACCEPT" });
  for (let chosen = 0; chosen < 2; chosen++) {
    const { options } = await kiosk.sees("choose", chosen === 0 ? /atención|care/i : /atender|seen/i);
    await kiosk.does({ type: "SELECT", option: options[0]?.id ?? "" });
  }
  await kiosk.sees("review");
}

/** From the menu to the consent of a birth certificate. @param identify how the citizen shows who they are. */
export async function toCertificateConsent({ kiosk }: KioskStack, identify: () => Promise<unknown>): Promise<void> {
  await kiosk.opens("srcei/certificado-nacimiento");
  await kiosk.sees("inform");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("identify");
  await identify();
  await kiosk.sees("choose");
  await kiosk.does({ type: "SELECT", option: "matricula" });
  await kiosk.sees("consent");
}

/** From the attract screen to the review of a birth certificate, with the cédula. */
export async function toCertificateReview(stack: KioskStack): Promise<void> {
  const { kiosk, operator } = stack;
  await kiosk.sees("attract");
  await kiosk.does({ type: "START" });
  await toCertificateConsent(stack, () => operator.act("code-reader", "present-card", { run: "11111111-1" }));
  await kiosk.does({ type: "ACCEPT" });
  await kiosk.sees("review");
}

/** From the attract screen to the complaint's question for the bill, with the cédula. */
export async function toBill({ kiosk, operator }: Pick<KioskStack, "kiosk" | "operator">): Promise<void> {
  await kiosk.does({ type: "START" });
  await kiosk.opens("chileatiende/reclamo");
  await kiosk.sees("inform");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("identify");
  await operator.act("code-reader", "present-card", { run: PERSON.run });
  await kiosk.sees("consent");
  await kiosk.does({ type: "ACCEPT" });
  await kiosk.sees("ask", /día/);
  await kiosk.does({ type: "SUBMIT", value: aFewDaysAgo() });
  await kiosk.sees("choose-many");
  await kiosk.does({ type: "CHOOSE", options: ["cobro"] });
  await kiosk.sees("ask", /cobraron/);
  await kiosk.does({ type: "SUBMIT", value: "12.500" });
  await kiosk.sees("scan-pages", /boleta/);
}

/** As a citizen types a day. */
export function aFewDaysAgo(): string {
  const day = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000);
  return [day.getUTCDate(), day.getUTCMonth() + 1, day.getUTCFullYear()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

/** On to the consent: where the kiosk has a chip card reader, by going on without the chip, which is only offered. */
export async function passesTheChip(kiosk: KioskStack["kiosk"]): Promise<void> {
  if ((await kiosk.seesOneOf(["tap-card", "consent"])).kind === "tap-card") await kiosk.does({ type: "SKIP" });
  await kiosk.sees("consent");
}

/** On from the review to the terminal, which waits for a card. Returns the amount. */
export async function toTerminal(stack: KioskStack, run?: string): Promise<number> {
  const { kiosk } = stack;
  await toReview(stack, run);
  await kiosk.does({ type: "CONFIRM" });
  await kiosk.sees("pay", /acerque, inserte|insert/i);
  const screen = await kiosk.sees("pay");
  return screen.amount;
}

/** Holds a card to the terminal; without an operator's word the bank approves it. */
export async function paysWithCard({ operator }: KioskStack): Promise<void> {
  await operator.act("payment-terminal", "insertCard", CREDIT);
}

export async function takesCard({ operator }: KioskStack): Promise<void> {
  await operator.act("payment-terminal", "removeCard");
}

/** From the survey to the attract screen. */
export async function finishes({ kiosk }: KioskStack) {
  if ((await kiosk.seesOneOf(["survey", "finish"])).kind === "survey") await kiosk.does({ type: "SKIP" });
  const last = await kiosk.sees("finish");
  return last;
}

export async function leaves({ kiosk }: KioskStack): Promise<void> {
  await kiosk.does({ type: "FINISH" });
  await kiosk.seesOneOf(["attract", "out-of-service"]);
}

/** A whole sale that goes well: shows that the kiosk serves the next citizen. Returns what came out on paper. */
export async function buysBono(stack: KioskStack): Promise<string[]> {
  await toTerminal(stack);
  await paysWithCard(stack);
  const papers = await stack.takesPapers(2);
  await finishes(stack);
  await takesCard(stack);
  await leaves(stack);
  return papers;
}
