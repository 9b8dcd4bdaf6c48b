import { createHash } from "node:crypto";
import { PDFDocument } from "pdf-lib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SUBMISSIONS, type SubmissionInput } from "../../base/contracts/gateway.ts";
import type { Fault } from "../../simulators/institutions/faults.ts";
import { bytesAtRest, type GatewayKit, startGatewayKit } from "../../tests/support/gateway-kit.ts";

const OPERATION = "signature.record";
const INPUT: SubmissionInput<typeof OPERATION> = {
  run: "12345678-5",
  name: "MARÍA CANARIA GONZÁLEZ",
  procedure: "chileatiende/declaracion-domicilio",
  title: "Declaración jurada simple",
  text: ["Yo, MARÍA CANARIA GONZÁLEZ, declaro lo siguiente.", "Vivo en Picarte 100, Valdivia."],
  locale: "es",
  proof: { by: "cedula-chip", evidence: "reading-1" },
  demo: true,
};

let kit: GatewayKit;
beforeEach(async () => {
  kit = await startGatewayKit();
});
afterEach(() => kit.stop());

const sign = (key: string, more: Partial<typeof INPUT> = {}) => kit.kiosk.submit(key, OPERATION, { ...INPUT, ...more });
const proof = (evidence: string) => ({ proof: { by: "cedula-chip", evidence } as const });
const sealed = () => kit.institutions.firmaGob.sealed;
const resultOf = (answer: { readonly body: unknown }) =>
  SUBMISSIONS[OPERATION].result.parse(Reflect.get(Object(answer.body), "result"));
const ready = async () => (await kit.kiosk.query("signature.ready", {})).body;

describe("a signature", () => {
  test("is recorded with its exact text, sealed, and answered once for one key", async () => {
    const first = await sign("k1");
    const again = await sign("k1");
    expect(again).toEqual(first);
    expect(resultOf(first)).toMatchObject({
      title: INPUT.title,
      text: INPUT.text,
      signer: { run: INPUT.run, name: INPUT.name },
      signedWith: "cedula-chip",
      hash: createHash("sha256")
        .update(JSON.stringify([INPUT.title, ...INPUT.text]))
        .digest("hex"),
    });
    expect(sealed()).toHaveLength(1);
  });

  test("can be verified with its code by anybody, who learns nothing of the person", async () => {
    const { folio, verificationCode } = resultOf(await sign("k1"));
    const page = await kit.phone.text("GET", `/v/firmagob/${folio}?c=${verificationCode}`);
    expect(page.status).toBe(200);
    expect(page.body).not.toContain("CANARIA");
    const wrong = await kit.phone.text("GET", `/v/firmagob/${folio}?c=AAAAAAAA`);
    expect(wrong.status).toBe(404);
  });

  test("goes to the citizen's phone with every paragraph, and on pages", async () => {
    const { folio } = resultOf(await sign("k1"));
    const link = await kit.kiosk.submit("k2", "delivery.link", { document: folio });
    const { code } = Reflect.get(Object(link.body), "result") as { code: string };
    const page = await kit.phone.form(`/d/${code}`, {});
    for (const paragraph of INPUT.text) expect(page.body).toContain(paragraph);
    const pages = await kit.kiosk.query("document.pages", { document: folio, demo: true });
    expect(pages.body).toMatchObject({ outcome: "ok" });
  });

  test("is not readable on the disk, and neither is what proved it", async () => {
    await sign("k1");
    const bytes = bytesAtRest(kit.directory);
    for (const secret of ["12345678-5", "CANARIA", "Picarte", "reading-1"]) expect(bytes).not.toContain(secret);
  });

  test("with a letter that no page can hold is refused while nothing stands", async () => {
    const refused = await sign("k1", { text: ["Declaro 漢."] });
    expect(refused.body).toMatchObject({ outcome: "error", error: { code: "gateway.document-not-drawable" } });
    expect((await sign("k2")).body).toMatchObject({ outcome: "ok" });
  });

  test("of many long paragraphs is sealed as several pages", async () => {
    const text = Array.from({ length: 40 }, (_, at) => `${at + 1}. ${"palabra ".repeat(60).trim()}`);
    expect((await sign("k1", { text })).body).toMatchObject({ outcome: "ok" });
    const { body } = kit.institutions.firmaGob.exchanges.at(-1) ?? { body: "{}" };
    const pdf = Buffer.from(JSON.parse(body).files[0].content, "base64");
    expect((await PDFDocument.load(pdf)).getPageCount()).toBeGreaterThan(2);
  });
});

describe("a proof", () => {
  test("is good for one signature: under another key it is refused", async () => {
    await sign("k1");
    const second = await sign("k2");
    expect(second.body).toMatchObject({ outcome: "error", error: { code: "signature.proof-used", who: "citizen" } });
    expect(sealed()).toHaveLength(1);
    expect((await sign("k3", proof("reading-2"))).body).toMatchObject({ outcome: "ok" });
  });

  test("stays used after a restart of the gateway", async () => {
    await sign("k1");
    await kit.restart();
    expect((await sign("k2")).body).toMatchObject({ error: { code: "signature.proof-used" } });
  });

  test("by a login that this gateway has not seen is none", async () => {
    const refused = await sign("k1", { proof: { by: "clave-unica", evidence: "invented" } });
    expect(refused.body).toMatchObject({ outcome: "error", error: { code: "signature.proof-refused" } });
    expect(sealed()).toHaveLength(0);
  });
});

describe("a signing service that", () => {
  test("is away is told before anybody signs", async () => {
    expect(await ready()).toMatchObject({ result: { ready: true } });
    await kit.institutions.firmaGob.fail("down");
    expect(await ready()).toMatchObject({ result: { ready: false } });
    await kit.institutions.firmaGob.fail("html");
    expect(await ready()).toMatchObject({ result: { ready: false } });
  });

  test.each<Fault>(["drop-answer", "malformed"])("loses one answer (%s): one signature, at once", async (fault) => {
    await kit.institutions.firmaGob.fail(fault, { times: 1 });
    const answer = await sign("k1");
    expect(answer.body).toMatchObject({ outcome: "ok" });
    expect(await sign("k1")).toEqual(answer);
    expect(new Set(sealed().map(({ hash }) => hash)).size).toBe(1);
  });

  test.each<Fault>(["down", "error-500", "html"])(
    "goes away meanwhile (%s): the record stands in doubt, and the same key brings the one signature later",
    async (fault) => {
      await kit.institutions.firmaGob.fail(fault);
      expect((await sign("k1")).body).toMatchObject({ outcome: "unknown" });
      await kit.institutions.firmaGob.restore();
      const answer = await sign("k1");
      expect(answer.body).toMatchObject({ outcome: "ok" });
      expect(sealed()).toHaveLength(1);
      expect(await sign("k1")).toEqual(answer);
    },
  );

  test("comes back when the citizen has gone: the gateway has it sealed by itself, after a restart too", async () => {
    await kit.institutions.firmaGob.fail("error-500");
    expect((await sign("k1")).body).toMatchObject({ outcome: "unknown" });
    await kit.restart();
    await kit.institutions.firmaGob.restore();
    await expect
      .poll(
        async () => {
          await kit.clock.advance(60_000);
          return sealed().length;
        },
        { timeout: 15_000 },
      )
      .toBe(1);
    await expect
      .poll(async () => (await kit.kiosk.state("k1")).body, { timeout: 15_000 })
      .toMatchObject({ state: "done" });
    expect(sealed()).toHaveLength(1);
  });

  test("is slow: the kiosk is told that it is under way, and the one signature comes", async () => {
    await kit.institutions.firmaGob.fail("slow", { times: 1, milliseconds: 5_000 });
    const asked = sign("k1");
    let answered = false;
    void asked.finally(() => {
      answered = true;
    });
    await expect
      .poll(
        async () => {
          await kit.clock.advance(1_000);
          return answered;
        },
        { timeout: 15_000 },
      )
      .toBe(true);
    expect((await asked).body).toMatchObject({ outcome: "ok" });
    expect(sealed()).toHaveLength(1);
  });

  test("seals nothing of what it was sent: nothing is signed, for good", async () => {
    kit.institutions.firmaGob.refuseFiles(true);
    expect((await sign("k1")).body).toMatchObject({ outcome: "error" });
    kit.institutions.firmaGob.refuseFiles(false);
    expect((await sign("k1")).body).toMatchObject({ outcome: "error" });
    expect(sealed()).toHaveLength(0);
    expect((await sign("k2", proof("reading-2"))).body).toMatchObject({ outcome: "ok" });
  });
});
