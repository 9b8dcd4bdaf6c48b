import { describe, expect, test } from "vitest";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { TestKiosk } from "../testing/kiosk.ts";
import { miniService } from "../testing/mini-service.ts";
import { HANG } from "../testing/scripted-ports.ts";

const LINK = { url: "https://kiosk.example/c/xyz", code: "K7XYZ234", expiresAt: "2026-11-23T13:00:00-03:00" };
const UNKNOWN = uncertain(coded("link.lost", "test"));

async function opened(steps: string, operation: string, ...answers: unknown[]): Promise<TestKiosk> {
  const kiosk = new TestKiosk([miniService(steps)]);
  kiosk.ports.script(operation, ...answers);
  await kiosk.open("test/mini");
  return kiosk;
}

const effects = (kiosk: TestKiosk) =>
  kiosk.ports.calls.filter(({ port }) => port === "submit").map(({ detail }) => (detail as { effect: string }).effect);

describe("to the phone", () => {
  const STEPS = `
- { id: email, kind: ask, input: email }
- { id: phone, kind: to-phone, fields: { email: "{{email.value}}" } }
- { id: done, kind: finish }
`;
  const reached = async (...answers: unknown[]) => {
    const kiosk = await opened(STEPS, "hand-off.to-phone", ...answers);
    await kiosk.act({ type: "SUBMIT", value: "a@b.example" });
    return kiosk;
  };

  test("a link of one use goes with what was entered, and the journey goes on when the citizen has it", async () => {
    const kiosk = await reached(done(LINK));
    expect(kiosk.view.screen).toMatchObject({ kind: "hand-off", qr: LINK.url, code: LINK.code });
    expect(JSON.stringify(kiosk.view.screen)).not.toContain("a@b.example");
    expect(kiosk.ports.detail("hand-off.to-phone")).toEqual({
      effect: "to-phone-1",
      input: {
        service: "test/mini",
        title: "«service.name»",
        fields: [{ name: "email", label: "«phone.fields.email»", value: "a@b.example" }],
      },
    });
    await kiosk.act("CONTINUE");
    expect(kiosk.screen).toContain("finish");
  });

  test("without a link the citizen goes on here", async () => {
    const kiosk = await reached(UNKNOWN);
    expect(kiosk.screen).toBe("problem common/to-phone.failed-title");
    await kiosk.act("RETRY", "CONTINUE");
    expect(kiosk.screen).toContain("finish");
  });
});

describe("from the web", () => {
  const STEPS = `
- { id: web, kind: from-web, fields: { email: email, children: number }, without: email }
- { id: sort, kind: decide, cases: [{ if: "known(web.email)", go: done }], next: email }
- { id: email, kind: ask, input: email }
- { id: done, kind: finish, reference: "{{web.email}} {{web.children}}" }
`;
  const typed = (value = " k7xy-z234 ") => ({ type: "SUBMIT", value }) as const;
  const reached = async (...answers: unknown[]) => {
    const kiosk = await opened(STEPS, "hand-off.claim", ...answers);
    await kiosk.act(typed());
    return kiosk;
  };

  test("what was entered there is here, in the form that the definition says; the rest is not taken over", async () => {
    const fields = { email: "a@b.example", children: "two", other: "x" };
    const kiosk = await reached(done({ fields }));
    expect(kiosk.view.screen).toMatchObject({ kind: "finish", reference: { value: "a@b.example " } });
  });

  test.each(["absent", "used", "expired"] as const)(
    "a code that is %s is told, and another can be typed",
    async (reason) => {
      const kiosk = await reached(failed(coded(`hand-off.${reason}`)), done({ fields: { email: "a@b.example" } }));
      expect(kiosk.view.screen).toMatchObject({ kind: "ask", problem: { id: `common/from-web.${reason}` } });
      await kiosk.act(typed("OTHER234"));
      expect(kiosk.screen).toContain("finish");
      expect(effects(kiosk)).toEqual(["claim-1", "claim-2"]);
    },
  );

  test("in doubt the same code is asked for under the same name; without it everything is asked here", async () => {
    const kiosk = await reached(UNKNOWN);
    await kiosk.act("RETRY");
    expect(effects(kiosk)).toEqual(["claim-1", "claim-1"]);
    await kiosk.act("CONTINUE");
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", input: "email" });
  });

  const CODE = "K7XYZ234";
  const shows = async (...shown: unknown[]) => {
    const kiosk = new TestKiosk([miniService(STEPS)]);
    kiosk.ports
      .script("scan-code", ...shown, HANG)
      .script("hand-off.claim", done({ fields: { email: "a@b.example" } }));
    await kiosk.open("test/mini");
    return kiosk;
  };
  const claimed = (kiosk: TestKiosk) =>
    (kiosk.ports.detail("hand-off.claim") as { input: { code: string } }).input.code;

  test.each([
    ["the QR of the page", `https://gateway.example.cl/b/${CODE}`],
    ["a code alone", "k7xy-z234"],
  ])("%s is shown to the reader instead of typing", async (_what, words) => {
    const kiosk = await shows(done(words));
    expect(kiosk.screen).toContain("finish");
    expect(claimed(kiosk)).toBe(CODE);
  });

  test("the page says that the reader waits, and typing lets go of it", async () => {
    const kiosk = await shows();
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", show: { id: "common/from-web.show" } });
    await kiosk.act(typed());
    expect(kiosk.ports.names).toEqual(["scan-code", "scan-code aborted", "hand-off.claim", "settle"]);
    expect(kiosk.screen).toContain("finish");
  });

  test.each([
    ["a card", failed(coded("flows.foreign-code")), "foreign"],
    ["a code of something else", done("7801234567890"), "foreign"],
    ["a code that cannot be read", failed(coded("code-reader.cedula-form")), "unread"],
  ])("%s is told, and the right one can be shown or typed", async (_what, shown, problem) => {
    const kiosk = await shows(shown);
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", problem: { id: `common/from-web.${problem}` } });
    await kiosk.act(typed());
    expect(kiosk.screen).toContain("finish");
    expect((await shows(shown, done(CODE))).screen).toContain("finish");
  });

  test("a code that the gateway does not know is told, and another can be shown", async () => {
    const kiosk = new TestKiosk([miniService(STEPS)]);
    const { promise, resolve } = Promise.withResolvers();
    kiosk.ports
      .script("scan-code", done(CODE), promise, HANG)
      .script("hand-off.claim", failed(coded("hand-off.absent")), done({ fields: { email: "a@b.example" } }));
    await kiosk.open("test/mini");
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", value: CODE, problem: { id: "common/from-web.absent" } });
    resolve(done("https://gateway.example.cl/b/ABCD2345"));
    await kiosk.settle();
    expect(claimed(kiosk)).toBe("ABCD2345");
    expect(kiosk.screen).toContain("finish");
  });

  test("nobody who shows a code is waited for in silence", async () => {
    const kiosk = await shows(failed(coded("common.deadline")));
    expect(kiosk.ports.names).toEqual(["scan-code", "scan-code"]);
    expect(kiosk.view.screen).not.toHaveProperty("problem");
  });

  test.each([
    ["no reader", failed(coded("runtime.no-device"))],
    ["a reader that is lost", failed(coded("link.lost"))],
    ["an unknown end", uncertain(coded("link.lost"))],
    ["an unexpected error", new Error("test")],
  ])("with %s the page is the same, and says nothing of it", async (_what, shown) => {
    const kiosk = await shows(shown);
    expect(kiosk.view.screen).toMatchObject({ kind: "ask" });
    expect(kiosk.view.screen).not.toHaveProperty("show");
    await kiosk.act(typed());
    expect(kiosk.screen).toContain("finish");
  });

  test("nobody needs a code", async () => {
    const kiosk = await opened(STEPS, "hand-off.claim", UNKNOWN);
    await kiosk.act("SKIP");
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", input: "email" });
    expect(effects(kiosk)).toEqual([]);
  });
});
