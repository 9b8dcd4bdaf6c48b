import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildUi } from "../../../scripts/build-ui.ts";
import { Citizen } from "../../support/citizen.ts";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { bonoWithSecondCard } from "../tour/bono.ts";
import { certificateInEnglish } from "../tour/certificate.ts";
import { launchChromium, PORTRAIT } from "../ui/browser.ts";

let stack: KioskStack;
let browser: Browser;
let citizen: Citizen;

beforeAll(async () => {
  await buildUi();
  stack = await KioskStack.start();
  browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: PORTRAIT.width, height: PORTRAIT.height }, hasTouch: true });
  await page.goto(stack.url);
  citizen = new Citizen(page);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe("on the screen itself", () => {
  test("a bono is bought with the second card", async () => {
    await bonoWithSecondCard(citizen, stack.operator);
    expect((await stack.terminal()).charges.map(({ moneyMoved }) => moneyMoved)).toEqual([false, true]);
    expect(await stack.bonos()).toEqual({ issued: 1, annulled: 0 });
  });

  test("a certificate is issued in English", async () => {
    await certificateInEnglish(citizen, stack.operator);
    expect((await stack.settled()).journey.result).toBe("delivered");
  });

  test("the page comes back by itself after a power cut of the runtime, and nothing of the citizen stands there", async () => {
    await citizen.touches("START");
    await citizen.touches("OPEN_SERVICE", /bono/i);
    await citizen.sees("inform");
    await stack.powerCut();
    await citizen.page.goto(stack.url);
    await citizen.sees("attract");
  });
});
