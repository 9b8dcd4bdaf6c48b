import { inflateSync } from "node:zlib";
import { PDFDocument, PDFName, PDFRawStream } from "pdf-lib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GatewayKit, type KioskClient, startGatewayKit } from "../../tests/support/gateway-kit.ts";
import { documentPages } from "./pages.ts";

const RUN = "11111111-1";
const MINUTE = 60 * 1000;
let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.stop());

type Certificate = { readonly folio: string; readonly verificationCode: string; readonly verificationUrl: string };

async function certificate(kiosk: KioskClient = kit.kiosk): Promise<Certificate> {
  const issued = await kiosk.submit("certificate", "srcei.birth-certificate", { run: RUN, use: "matricula" });
  expect(issued.body).toMatchObject({ outcome: "ok" });
  return (issued.body as unknown as { result: Certificate }).result;
}

async function link(folio: string, key = "link"): Promise<{ url: string; code: string; expiresAt: string }> {
  const made = await kit.kiosk.submit(key, "delivery.link", { document: folio });
  expect(made.body).toMatchObject({ outcome: "ok" });
  return (made.body as unknown as { result: { url: string; code: string; expiresAt: string } }).result;
}

test("a certificate carries the person's registration and stays checkable for sixty days", async () => {
  const issued = await kit.kiosk.submit("c", "srcei.birth-certificate", { run: RUN, use: "todo-tramite" });
  expect(issued.body).toMatchObject({
    outcome: "ok",
    result: {
      use: "todo-tramite",
      validUntil: new Date(kit.clock.now() + 60 * 24 * 60 * MINUTE).toISOString().slice(0, 10),
      person: {
        run: RUN,
        name: "TOMÁS IGNACIO IBÁÑEZ GÜIRALDES",
        registration: { office: "TEMUCO", number: "877", year: 1969 },
      },
    },
  });
});

test("nobody's RUN gets no certificate, and the citizen can be told", async () => {
  expect(
    (await kit.kiosk.submit("c", "srcei.birth-certificate", { run: "33333333-3", use: "matricula" })).body,
  ).toMatchObject({
    outcome: "error",
    error: { code: "srcei.person-unknown", who: "citizen" },
  });
});

test("a certificate whose answer is lost is issued once", async () => {
  await kit.institutions.srcei.fail("drop-answer", { times: 1 });
  await certificate();
  expect(kit.institutions.srcei.ledger.issued).toHaveLength(1);
});

/** Everything that is written on the pages, a line each. */
function wordsOf(document: PDFDocument): string {
  return document.context
    .enumerateIndirectObjects()
    .flatMap(([, object]) => (object instanceof PDFRawStream ? [object] : []))
    .map(({ dict, contents }) => (dict.has(PDFName.of("Filter")) ? inflateSync(contents) : Buffer.from(contents)))
    .flatMap((content) => [...content.toString("latin1").matchAll(/<([0-9A-F]+)> Tj/g)])
    .map(([, written = ""]) => Buffer.from(written, "hex").toString("latin1"))
    .join("\n");
}

describe("pages", () => {
  const pages = async (document: string, demo = false, kiosk = kit.kiosk) =>
    (await kiosk.query("document.pages", { document, demo })).body;
  const pdfOf = async (document: string, demo = false) => {
    const body = await pages(document, demo);
    expect(body).toMatchObject({ outcome: "ok" });
    const { pdf } = (body as unknown as { result: { pdf: string } }).result;
    return Buffer.from(pdf, "base64");
  };

  test("of a certificate are one A4 page, the same bytes each time", async () => {
    const { folio } = await certificate();
    const pdf = await pdfOf(folio);
    const read = await PDFDocument.load(pdf, { updateMetadata: false });
    expect(read.getTitle()).toBe("Certificado de nacimiento");
    expect(read.getPages().map((page) => [Math.round(page.getWidth()), Math.round(page.getHeight())])).toEqual([
      [595, 842],
    ]);
    expect(await pdfOf(folio)).toEqual(pdf);
    const words = wordsOf(read);
    for (const word of [folio, RUN, "TOMÁS IGNACIO IBÁÑEZ GÜIRALDES", "TEMUCO"]) expect(words).toContain(word);
    expect(words).not.toContain("DEMOSTRACIÓN");
    const demo = await PDFDocument.load(await pdfOf(folio, true));
    expect(wordsOf(demo).match(/SIN VALIDEZ LEGAL/g)).toHaveLength(2);
  });

  test("are made for the kiosk that obtained the document, and for no other", async () => {
    const { folio } = await certificate();
    expect(await pages(folio, false, kit.otherKiosk)).toMatchObject({
      outcome: "error",
      error: { code: "gateway.document-gone" },
    });
    expect(await pages("1")).toMatchObject({ outcome: "error", error: { code: "gateway.document-gone" } });
  });
});

test("a name with a letter that the font does not have is not printed wrong", async () => {
  const document = { title: "T", institution: "I", folio: "1", verificationCode: "2", verificationUrl: "https://v" };
  expect((await documentPages({ ...document, rows: [["Nombre", "ANTÚNEZ ŁUKASZ"]] }, false)).ok).toBe(false);
  expect((await documentPages({ ...document, rows: [["Nombre", `Ñ${"A".repeat(300)}`]] }, true)).ok).toBe(true);
});

test("the link holds no personal data, and its code has no ambiguous characters", async () => {
  const { folio } = await certificate();
  const { url, code, expiresAt } = await link(folio);
  expect(code).toMatch(/^[2-9A-HJKMNP-Z]{8}$/);
  expect(url).toBe(`${kit.url}/d/${code}`);
  expect(Date.parse(expiresAt) - kit.clock.now()).toBe(30 * MINUTE);
});

test("the same key gives the same link", async () => {
  const { folio } = await certificate();
  expect(await link(folio)).toEqual(await link(folio));
});

test("a phone sees the document once, after one tap, with folio and verification", async () => {
  const { folio, verificationCode } = await certificate();
  const { code } = await link(folio);
  const invitation = await kit.phone.text("GET", `/d/${code}`);
  expect(invitation.status).toBe(200);
  expect(invitation.body).toContain('<html lang="es-CL">');
  expect(invitation.body).not.toContain("IBÁÑEZ");
  await kit.phone.text("GET", `/d/${code}`);

  const opened = await kit.phone.text("POST", `/d/${code.toLowerCase()}`);
  expect(opened.status).toBe(200);
  for (const part of [
    "Certificado de nacimiento",
    "TOMÁS IGNACIO IBÁÑEZ GÜIRALDES",
    RUN,
    folio,
    verificationCode,
    "Matrícula",
  ]) {
    expect(opened.body).toContain(part);
  }
  expect(opened.headers).toMatchObject({
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": expect.stringContaining("default-src 'none'"),
  });

  for (const method of ["GET", "POST"] as const) {
    const again = await kit.phone.text(method, `/d/${code}`);
    expect(again.status).toBe(410);
    expect(again.body).toContain("Este enlace ya se usó");
    expect(again.body).not.toContain("IBÁÑEZ");
  }
});

test("a form post as browsers send it opens the document", async () => {
  const { code } = await link((await certificate()).folio);
  const { request, Agent } = await import("undici");
  const agent = new Agent({ connect: { ca: kit.pki.ca.certificate } });
  const answer = await request(`${kit.url}/d/${code}`, {
    dispatcher: agent,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "",
  });
  expect(answer.statusCode).toBe(200);
  expect(await answer.body.text()).toContain("IBÁÑEZ");
  await agent.destroy();
});

test("a link ends after thirty minutes", async () => {
  const { code } = await link((await certificate()).folio);
  await kit.clock.advance(30 * MINUTE);
  for (const method of ["GET", "POST"] as const) {
    const late = await kit.phone.text(method, `/d/${code}`);
    expect(late.status).toBe(410);
    expect(late.body).toContain("Este enlace venció");
  }
});

test("a link survives a restart of the gateway", async () => {
  const { code } = await link((await certificate()).folio);
  await kit.restart();
  expect((await kit.phone.text("POST", `/d/${code}`)).body).toContain("IBÁÑEZ");
});

test("wrong codes have a clear page, and cannot be tried in bulk", async () => {
  const { code } = await link((await certificate()).folio);
  const wrong = await kit.phone.text("GET", "/d/ZZZZZZZZ");
  expect(wrong.status).toBe(404);
  expect(wrong.body).toContain("No encontramos este enlace");
  for (let attempt = 0; attempt < 20; attempt++) await kit.phone.text("POST", `/d/WRONG${attempt}`);
  expect((await kit.phone.text("POST", `/d/${code}`)).status).toBe(429);
  await kit.clock.advance(10 * MINUTE);
  expect((await kit.phone.text("POST", `/d/${code}`)).status).toBe(200);
});

test("a document that this kiosk did not obtain gets no link", async () => {
  const { folio } = await certificate(kit.otherKiosk);
  for (const document of [folio, "12345"]) {
    expect((await kit.kiosk.submit(`l-${document}`, "delivery.link", { document })).body).toMatchObject({
      outcome: "error",
      error: { code: "gateway.document-gone" },
    });
  }
});

test("an e-mail says what to fetch where, and nothing about the person", async () => {
  const { folio, verificationCode } = await certificate();
  const sent = await kit.kiosk.submit("e", "delivery.email", { document: folio, address: "ana@example.cl" });
  expect(sent.body).toEqual({ outcome: "ok", result: { accepted: true } });
  const [email] = kit.institutions.notify.outbox;
  expect(email).toMatchObject({
    address: "ana@example.cl",
    reference: "kiosk-7/e",
    status: "delivered",
    personalisation: { documento: "Certificado de nacimiento", folio, codigo_verificacion: verificationCode },
  });
  expect(JSON.stringify(email)).not.toMatch(/11111111|IBÁÑEZ/);
  const path = new URL(email?.personalisation.enlace ?? "").pathname;
  expect((await kit.phone.text("POST", path)).body).toContain("IBÁÑEZ");
});

test("a text message goes to the mobile number and says what to fetch where, and nothing about the person", async () => {
  const { folio } = await certificate();
  const sent = await kit.kiosk.submit("s", "delivery.sms", { document: folio, number: "+56987654321" });
  expect(sent.body).toEqual({ outcome: "ok", result: { accepted: true } });
  const [message] = kit.institutions.notify.outbox;
  expect(message).toMatchObject({ type: "sms", address: "+56987654321", reference: "kiosk-7/s" });
  expect(JSON.stringify(message)).not.toMatch(/11111111|IBÁÑEZ/);
  const path = new URL(message?.personalisation.enlace ?? "").pathname;
  expect((await kit.phone.text("POST", path)).body).toContain("IBÁÑEZ");
});

test("a number that is no Chilean mobile is refused before anything is sent", async () => {
  const { folio } = await certificate();
  const sent = await kit.kiosk.submit("s", "delivery.sms", { document: folio, number: "+5622345678" });
  expect(sent).toMatchObject({ status: 400, body: { error: { code: "common.bad-input" } } });
  expect(kit.institutions.notify.outbox).toHaveLength(0);
});

test("an e-mail whose answer is lost is found by its reference and not sent twice", async () => {
  const { folio } = await certificate();
  await kit.institutions.notify.fail("drop-answer", { times: 1 });
  const sent = await kit.kiosk.submit("e", "delivery.email", { document: folio, address: "ana@example.cl" });
  expect(sent.body).toMatchObject({ outcome: "ok" });
  expect(kit.institutions.notify.outbox).toHaveLength(1);
});

test("an e-mail that may still go out is not sent again", async () => {
  const { folio } = await certificate();
  const send = () => kit.kiosk.submit("e", "delivery.email", { document: folio, address: "ana@example.cl" });
  const posts = () => kit.institutions.notify.exchanges.filter(({ method }) => method === "POST").length;
  await kit.institutions.notify.fail("error-500");
  expect((await send()).body).toMatchObject({ outcome: "unknown", error: { code: "institution.failing" } });
  await kit.institutions.notify.restore();
  expect((await send()).body).toMatchObject({ outcome: "unknown" });
  expect(posts()).toBe(1);
  await kit.clock.advance(46_000);
  await expect.poll(async () => (await send()).body.outcome).toBe("ok");
  expect(kit.institutions.notify.outbox).toHaveLength(1);
});

test("an address that is none is refused before anything is sent", async () => {
  const { folio } = await certificate();
  const sent = await kit.kiosk.submit("e", "delivery.email", { document: folio, address: "ana@" });
  expect(sent).toMatchObject({ status: 400, body: { error: { code: "common.bad-input" } } });
  expect(kit.institutions.notify.outbox).toHaveLength(0);
});

test("credentials that the e-mail service refuses are told as such, and nothing was sent", async () => {
  await kit.stop();
  kit = await startGatewayKit({ notifySecret: "wrong" });
  const { folio } = await certificate();
  expect(
    (await kit.kiosk.submit("e", "delivery.email", { document: folio, address: "ana@example.cl" })).body,
  ).toMatchObject({
    outcome: "error",
    error: { code: "institution.access-refused", who: "supplier" },
  });
  expect(kit.institutions.notify.outbox).toHaveLength(0);
});

test("anybody can check a paper: valid, then annulled, and never whose it is", async () => {
  const quoted = await kit.kiosk.query("fonasa.quote", { run: RUN, prestacion: "9902001", provider: "76000004-3" });
  const { quote, copago } = (quoted.body as unknown as { result: { quote: string; copago: number } }).result;
  const issued = await kit.kiosk.submit("b", "fonasa.bono.issue", {
    run: RUN,
    quote,
    payment: { amount: copago, ticket: "T", authorizationCode: "1" },
  });
  const { folio, verificationUrl } = (issued.body as unknown as { result: Certificate }).result;
  const { pathname, search } = new URL(verificationUrl);
  const valid = await kit.phone.text("GET", pathname + search);
  expect(valid.status).toBe(200);
  expect(valid.body).toContain("Documento válido");
  expect(valid.body).not.toMatch(/11111111|IBÁÑEZ/);
  await kit.kiosk.submit("a", "fonasa.bono.annul", { folio });
  expect((await kit.phone.text("GET", pathname + search)).body).toContain("Documento anulado");
  const wrong = await kit.phone.text("GET", `${pathname}?c=AAAAAAAAAA`);
  expect(wrong.status).toBe(404);
  expect(wrong.body).toContain("Documento no encontrado");
});

test("verification while the institution is down says so", async () => {
  const { verificationUrl } = await certificate();
  await kit.institutions.srcei.fail("down");
  const { pathname, search } = new URL(verificationUrl);
  const page = await kit.phone.text("GET", pathname + search);
  expect(page.status).toBe(503);
  expect(page.body).toContain("No pudimos verificar ahora");
});
