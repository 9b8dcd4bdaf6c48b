import type { Citizen } from "../../support/citizen.ts";
import type { Operator } from "../../support/operator.ts";
import { until } from "../../support/until.ts";

const RUN = "12345678-5";

/** A bono bought with the cédula: the first card is declined, the second pays. */
export async function bonoWithSecondCard(citizen: Citizen, operator: Operator): Promise<void> {
  await citizen.sees("attract");
  await toPayment(citizen, operator);
  await operator.act("payment-terminal", "insertCard", { kind: "credit", last4: "0042" });
  await operator.act("payment-terminal", "decline", { code: "01" });
  await citizen.sees("problem");
  await operator.act("payment-terminal", "removeCard");
  await citizen.touches("RETRY");
  await citizen.sees("pay");
  await operator.act("payment-terminal", "insertCard", { kind: "debit", last4: "0117" });
  await citizen.sees("pay");
  await operator.act("payment-terminal", "approve");
  await citizen.sees("deliver");
  await takesPapers(operator, 2);
  await citizen.sees("survey");
  await citizen.touches("SELECT", /^7/);
  await citizen.sees("finish");
  await citizen.touches("FINISH");
  await operator.act("payment-terminal", "removeCard");
}

/** A kiosk with a chip card reader asks for the card itself: it is laid there, read, and taken away. */
async function tapsWhereAsked(citizen: Citizen, operator: Operator): Promise<void> {
  await citizen.page.locator(".kiosk--tap-card, .kiosk--consent").first().waitFor({ timeout: 20_000 });
  if ((await citizen.page.locator(".kiosk--tap-card").count()) === 0) return;
  await citizen.sees("tap-card");
  await operator.act("chip-card-reader", "insert-card", { run: RUN });
  await citizen.sees("consent");
  await operator.act("chip-card-reader", "remove-card");
}

/** From the attract screen to the payment of a bono. */
export async function toPayment(citizen: Citizen, operator: Operator): Promise<void> {
  await citizen.touches("START");
  await citizen.sees("services");
  await citizen.touches("OPEN_SERVICE", /bono/i);
  await citizen.sees("inform");
  await citizen.touches("CONTINUE");
  await citizen.sees("identify");
  await operator.act("code-reader", "present-card", { run: RUN });
  await tapsWhereAsked(citizen, operator);
  await citizen.sees("consent");
  await citizen.touches("ACCEPT");
  await citizen.sees("choose");
  await citizen.touches("SELECT", /consulta/i);
  await citizen.sees("choose", /atender|profesional|prestador|centro/i);
  await citizen.touches("SELECT");
  await citizen.sees("review");
  await citizen.touches("CONFIRM");
  await citizen.sees("pay");
}

/** Takes each ticket out of the printer's mouth when it hangs there. */
export async function takesPapers(operator: Operator, count: number): Promise<void> {
  for (let taken = 0; taken < count; taken++) {
    await until("a ticket in the mouth", async () => (await operator.state("receipt-printer")).ticketInMouth === true);
    await operator.act("receipt-printer", "takeTicket");
  }
}
