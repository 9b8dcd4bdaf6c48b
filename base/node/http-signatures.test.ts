import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";
import { parseDictionary } from "structured-headers";
import { expect, test } from "vitest";
import { SIGNATURE } from "../contracts/fleet/identity.ts";
import { isFresh, type ReceivedRequest, readSignature, signRequest, verifySignature } from "./http-signatures.ts";
import { signatureBase } from "./signature-base.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyid = "ab".repeat(32);
const NONCE = "0123456789abcdef";
const created = Math.floor(Date.UTC(2026, 10, 23) / 1_000);
const body = new TextEncoder().encode('{"a":1}');
const json = "application/json";

type Message = {
  readonly method: string;
  readonly url: URL;
  readonly contentType?: string;
  readonly body?: Uint8Array;
};
const REPORT: Message = {
  ...{ method: "POST", url: new URL("https://Fleet.Example/device/v1/report?x=1&y=%20"), contentType: json, body },
};

/** The request as a server receives it. */
function received(message: Message, headers: Readonly<Record<string, string>>): ReceivedRequest {
  return {
    method: message.method,
    target: `${message.url.pathname}${message.url.search}`,
    authority: message.url.host,
    headers: { ...(message.contentType === undefined ? {} : { "content-type": message.contentType }), ...headers },
    body: message.body ?? new Uint8Array(),
  };
}

function signed(message: Message = REPORT): ReceivedRequest {
  return received(message, signRequest(message, { key: privateKey, keyid }, created, NONCE));
}

function verdict(request: ReceivedRequest): string {
  const signature = readSignature(request);
  if (!signature.ok) return signature.error.code;
  return verifySignature(signature.value, publicKey) ? "ok" : "wrong";
}

function withHeaders(request: ReceivedRequest, headers: Readonly<Record<string, string | undefined>>): ReceivedRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function edited(header: string, from: string | RegExp, to: string): ReceivedRequest {
  const request = signed();
  const before = request.headers[header] ?? "";
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  return withHeaders(request, { [header]: after });
}

test("a signed request verifies, with and without query and body", () => {
  expect(verdict(signed())).toBe("ok");
  expect(verdict(signed({ method: "GET", url: new URL("https://fleet.example:4201/device/v1/desired") }))).toBe("ok");
  expect(verdict(signed({ method: "GET", url: new URL("https://fleet.example") }))).toBe("ok");
});

test("a proxy that writes out the usual port does not break it", () =>
  expect(verdict({ ...signed(), authority: "FLEET.example:443" })).toBe("ok"));

const REQUESTS = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  url: fc.webUrl({ withQueryParameters: true }).map((text) => {
    const url = new URL(text);
    url.hash = "";
    return new URL(url.href.replace(/\?$/, ""));
  }),
  contentType: fc.constant(json),
  body: fc.uint8Array({ maxLength: 100 }),
});

test("whatever is signed verifies, and one changed byte of signature, body or target never does", () =>
  fc.assert(
    fc.property(REQUESTS, fc.nat(), (message, where) => {
      const request = signed(message);
      expect(verdict(request)).toBe("ok");
      expect(verdict({ ...request, target: `${request.target}x` })).not.toBe("ok");
      expect(verdict({ ...request, method: `${request.method}X` })).toBe("wrong");
      expect(verdict({ ...request, body: Uint8Array.of(...request.body, 0) })).not.toBe("ok");
      const [, bytes = ""] = /^device=:(.*):$/.exec(request.headers.signature ?? "") ?? [];
      const value = Buffer.from(bytes, "base64");
      value[where % value.length] = (value[where % value.length] ?? 0) ^ 1;
      expect(verdict(withHeaders(request, { signature: `device=:${value.toString("base64")}:` }))).toBe("wrong");
    }),
    { numRuns: 60 },
  ));

test("no header makes the reader throw", () =>
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (input, signature, digest) => {
      expect(verdict(withHeaders(signed(), { "signature-input": input }))).not.toBe("ok");
      expect(verdict(withHeaders(signed(), { signature }))).not.toBe("ok");
      expect(verdict(withHeaders(signed(), { "content-digest": digest }))).not.toBe("ok");
    }),
  ));

test("a request without signature is told apart", () => {
  expect(verdict(withHeaders(signed(), { signature: undefined }))).toBe("identity.signature-missing");
  expect(verdict(withHeaders(signed(), { "signature-input": undefined }))).toBe("identity.signature-missing");
});

test.each([
  ["another algorithm", edited("signature-input", "ecdsa-p256-sha256", "ed25519")],
  ["another tag", edited("signature-input", SIGNATURE.tag, "other")],
  ["no tag", edited("signature-input", /;tag="[^"]*"/, "")],
  ["no nonce", edited("signature-input", /;nonce="[^"]*"/, "")],
  ["a short nonce", edited("signature-input", NONCE, "1")],
  ["no creation time", edited("signature-input", /;created=\d+/, "")],
  ["a creation time that is no integer", edited("signature-input", /created=\d+/, "created=1.5")],
  ["a key id of another form", edited("signature-input", keyid, "kiosk-1")],
  ["another label", edited("signature-input", "device=", "other=")],
  ["a label twice", edited("signature-input", /^(.*)$/, "$1, $1")],
  ["a signature twice", edited("signature", /^(.*)$/, "$1, $1")],
  ["a parameter twice", edited("signature-input", /;tag=/, ';tag="x";tag=')],
  ["a component twice", edited("signature-input", '"@path"', '"@path" "@path"')],
  ["a component with a parameter", edited("signature-input", '"@path"', '"@path";req')],
  ["a component that is not there", edited("signature-input", '"@path"', '"@path" "x-absent"')],
  ["a derived component of a response", edited("signature-input", '"@path"', '"@path" "@status"')],
  ["the method not covered", edited("signature-input", '"@method" ', "")],
  ["the query not covered", edited("signature-input", '"@query" ', "")],
  ["the digest not covered", edited("signature-input", '"content-digest" ', "")],
  ["the content type not covered", edited("signature-input", ' "content-type"', "")],
  ["a body without digest", withHeaders(signed(), { "content-digest": undefined })],
  ["a digest twice", edited("content-digest", /^(.*)$/, "$1, $1")],
  ["a digest of another algorithm only", edited("content-digest", "sha-256", "sha-512")],
  ["a signature of another length", edited("signature", /:.*:/, ":AAAA:")],
  ["a second spelling of the signature", edited("signature", "==:", "=:")],
  ["no form at all", edited("signature-input", "(", "")],
  ["a target in absolute form", { ...signed(), target: `https://fleet.example${signed().target}` }],
  ["a line break in a covered header", withHeaders(signed(), { "content-type": `${json}\n"@path": /` })],
])("%s is malformed", (_what, request) => expect(verdict(request)).toBe("identity.signature-malformed"));

test("another body than the signed one is told by its digest", () =>
  expect(verdict({ ...signed(), body: Buffer.from('{"a":2}') })).toBe("identity.digest-wrong"));

test.each([
  ["address", { ...signed(), authority: "other.example" }],
  ["creation time", edited("signature-input", /created=\d+/, "created=1")],
  ["content type", withHeaders(signed(), { "content-type": "text/plain" })],
])("another %s makes the signature wrong", (_what, request) => expect(verdict(request)).toBe("wrong"));

test("the digest of an empty body may be covered; a body slipped in beside it is noticed", () => {
  const request = signed({ method: "POST", url: new URL("https://fleet.example/x") });
  expect(verdict({ ...request, body })).toBe("identity.signature-malformed");
});

test("age is measured both ways", () => {
  const signature = readSignature(signed());
  if (!signature.ok) throw new Error(signature.error.message);
  const at = (seconds: number) => isFresh(signature.value, (created + seconds) * 1_000);
  expect([-301, -300, 0, 300, 301].map(at)).toEqual([false, true, true, true, false]);
});

test("a body needs a content type to be signed", () =>
  expect(() =>
    signRequest({ method: "POST", url: REPORT.url, body }, { key: privateKey, keyid }, created, NONCE),
  ).toThrow("content type"));

const FIELDS = ["@method", "@authority", "@path", "@query", "content-digest", "content-type"];

test("an outside implementation verifies our signatures", async () => {
  const now = Math.floor(Date.now() / 1_000);
  const headers = { "content-type": json, ...signRequest(REPORT, { key: privateKey, keyid }, now, NONCE) };
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const config = {
    keyLookup: async (parameters: { keyid?: string }) => {
      expect(parameters.keyid).toBe(keyid);
      return { verify: createVerifier(pem, SIGNATURE.algorithm), algs: [SIGNATURE.algorithm] };
    },
    requiredFields: FIELDS,
    requiredParams: ["created", "nonce", "keyid", "alg", "tag"],
  };
  const message = { method: "POST", url: REPORT.url, headers };
  expect(await httpbis.verifyMessage(config, message)).toBe(true);
  const other = new URL("https://fleet.example/device/v1/other?x=1");
  expect(await httpbis.verifyMessage(config, { ...message, url: other })).toBe(false);
});

test("we verify the signatures of an outside implementation", async () => {
  const { "content-digest": digest = "" } = signed().headers;
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const message = { method: "POST", url: REPORT.url, headers: { "content-type": json, "content-digest": digest } };
  const result = await httpbis.signMessage(
    {
      key: createSigner(pem, SIGNATURE.algorithm, keyid),
      name: SIGNATURE.label,
      fields: FIELDS,
      params: ["created", "nonce", "keyid", "alg", "tag"],
      paramValues: { created: new Date(created * 1_000), nonce: NONCE, tag: SIGNATURE.tag },
    },
    message,
  );
  const headers = Object.fromEntries(
    Object.entries(result.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  expect(verdict(received(REPORT, headers))).toBe("ok");
});

test("the example of RFC 9421 for ecdsa-p256-sha256 (B.2.4) verifies over our signature base", () => {
  const digest = "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:";
  const input = parseDictionary(
    'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
  ).get("sig-b24");
  if (input === undefined || !Array.isArray(input[0])) throw new Error("not an inner list");
  const base = signatureBase(
    [
      ...[["@status", "200"] as const, ["content-type", json] as const],
      ...[["content-digest", digest] as const, ["content-length", "23"] as const],
    ],
    [input[0], input[1]],
  );
  const key = createPublicKey({
    key: {
      ...{ kty: "EC", crv: "P-256" },
      x: "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA",
      y: "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0",
    },
    format: "jwk",
  });
  const value = Buffer.from(
    "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==",
    "base64",
  );
  expect(verify("sha256", Buffer.from(base), { key, dsaEncoding: "ieee-p1363" }, value)).toBe(true);
});
