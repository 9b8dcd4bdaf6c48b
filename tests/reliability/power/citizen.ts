import { finishes, leaves, paysWithCard, takesCard, toCertificateReview, toReview } from "../../e2e/journeys/walk.ts";
import type { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import type { Phase, ServiceUsed } from "./moments.ts";

const PATIENCE = 300_000;
/** Between two looks from beside the citizen, milliseconds. */
const LOOK_EVERY = 120;

type Reached = (phase: Phase) => void;
type Citizen = (stack: KioskStack, reached: Reached, gone: () => boolean) => Promise<void>;

/** Whole journeys, which tell what has been seen from outside as they go. */
export const CITIZENS: { readonly [S in ServiceUsed]: Citizen } = {
  bono: async (stack, reached, gone) => {
    const { kiosk } = stack;
    const before = {
      terminal: await stack.terminal(),
      bonos: await stack.bonos(),
      papers: await papersOut(stack),
    };
    const watch = watcher(stack, reached, gone);
    await toReview(stack);
    reached("review");
    await kiosk.does({ type: "CONFIRM" });
    await until(
      "the terminal's prompt",
      async () => gone() || (await stack.terminal()).phase === "waiting-card",
      PATIENCE,
      LOOK_EVERY,
    );
    if (gone()) return;
    reached("terminal-asked");
    watch("bank-asked", async () => (await stack.terminal()).phase === "bank");
    watch("charged", async () => (await stack.terminal()).charges.length > before.terminal.charges.length);
    watch("issued", async () => (await stack.bonos()).issued > before.bonos.issued);
    watch("printing", () => printing(stack, before.papers));
    await paysWithCard(stack);
    reached("card-held");
    await takesPaper(stack, gone);
    reached("paper-out");
    await takesPaper(stack, gone);
    await finishes(stack);
    reached("last-screen");
    await takesCard(stack);
    await leaves(stack);
  },
  certificate: async (stack, reached, gone) => {
    const { kiosk, operator } = stack;
    const issued = async () => Number((await operator.state("srcei-certificates")).issued);
    const before = { issued: await issued(), papers: await papersOut(stack) };
    const watch = watcher(stack, reached, gone);
    await toCertificateReview(stack);
    reached("review");
    watch("issued", async () => (await issued()) > before.issued);
    watch("printing", () => printing(stack, before.papers));
    await kiosk.does({ type: "CONFIRM" });
    await takesPaper(stack, gone);
    reached("paper-out");
    const { options } = await kiosk.sees("choose", /copia/);
    await kiosk.does({ type: "SELECT", option: options.at(-1)?.id ?? "" });
    await finishes(stack);
    reached("last-screen");
    await leaves(stack);
  },
};

/** Takes one paper as it comes to the mouth; nothing of a kiosk that has gone. */
async function takesPaper(stack: KioskStack, gone: () => boolean): Promise<void> {
  const inMouth = async () => gone() || (await stack.papers()).some(({ place }) => place === "in the mouth");
  await until("a paper in the mouth", inMouth, PATIENCE, LOOK_EVERY);
  if (gone()) throw new Error("the kiosk has gone");
  await stack.operator.act("receipt-printer", "takeTicket");
}

async function printing(stack: KioskStack, before: number): Promise<boolean> {
  const under = (await stack.operator.texts("receipt-printer")).some(({ name }) => name === "printing");
  return under || (await papersOut(stack)) > before;
}

/** How many papers ever came out; the simulator keeps the last ones only. */
export async function papersOut({ operator }: KioskStack): Promise<number> {
  return Number((await operator.state("receipt-printer")).tickets);
}

/** Looks from beside the citizen, until it was seen or the kiosk is gone. */
function watcher(stack: KioskStack, reached: Reached, gone: () => boolean) {
  return (phase: Phase, look: () => Promise<boolean>): void => {
    void until(phase, async () => gone() || (await look()), PATIENCE, LOOK_EVERY).then(
      () => reached(phase),
      () => stack.logs,
    );
  };
}
