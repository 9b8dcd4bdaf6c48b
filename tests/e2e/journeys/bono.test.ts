import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { finishes, leaves, PERSON, paysWithCard, takesCard, toTerminal } from "./walk.ts";

let stack: KioskStack;
beforeAll(async () => {
  stack = await KioskStack.start();
});
afterAll(() => stack?.stop());

describe("a bono", () => {
  test("is charged once, issued once and printed with the amounts and the folio of the screen", async () => {
    const amount = await toTerminal(stack);
    await paysWithCard(stack);
    const [bono = "", voucher = ""] = await stack.takesPapers(2);
    const last = await finishes(stack);
    const folio = last.reference?.value ?? "";
    const pesos = `$${amount.toLocaleString("es-CL")}`;

    expect(last.result).toBe("delivered");
    expect(folio).toMatch(/^\d{9}$/);
    expect(bono).toContain(folio);
    expect(bono).toMatch(new RegExp(`COPAGO PAGADO +${pesos.replace(/[$.]/g, "\\$&")}`));
    expect(voucher).toContain(folio);
    expect(voucher).toMatch(new RegExp(`MONTO +${pesos.replace(/[$.]/g, "\\$&")}`));
    const { charges, balance } = await stack.terminal();
    expect(charges).toMatchObject([{ amount, moneyMoved: true, reversed: false }]);
    expect(balance).toBe(amount);
    expect(voucher).toContain(charges[0]?.ticket);
    expect(await stack.bonos()).toEqual({ issued: 1, annulled: 0 });
    const code = /Código de verificación\s+(\S+)/.exec(bono)?.[1] ?? "";
    expect(await stack.bono(folio, code)).toMatchObject({ state: "valid" });
    await takesCard(stack);
    await leaves(stack);
    expect((await stack.settled()).journey.result).toBe("delivered");
    expect(stack.kiosk.refused).toEqual([]);
    expect(stack.tracesOf(PERSON.run, PERSON.typed, "12.345.678", "12345678", "Rosa", "Muñoz", folio)).toEqual([]);
  });
});
