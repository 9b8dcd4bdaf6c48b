import { request } from "node:https";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MOST_ATTACHED_BYTES, MOST_ATTACHMENT_BYTES } from "../../base/contracts/attachment.ts";
import {
  bytesAtRest,
  type GatewayKit,
  KIOSK,
  type KioskClient,
  startGatewayKit,
} from "../../tests/support/gateway-kit.ts";
import { attachmentOf, markedPaper } from "../../tests/support/papers.ts";
import { openStore, type Store } from "../store/database.ts";
import { Attachments } from "./attachments.ts";

const OPERATION = "chileatiende.reclamo.file";
const DAY = 24 * 60 * 60 * 1000;
const FIRST = markedPaper("first page ");
const SECOND = markedPaper("second page ", 3_000);
const COMPLAINT = {
  run: "12345678-5",
  attendedOn: "2026-11-20",
  reasons: ["espera"],
  address: { street: "Picarte", number: "100", commune: { code: "14101", name: "Valdivia" } },
};
const WITH_PAPERS = { ...COMPLAINT, attachments: [attachmentOf(SECOND), attachmentOf(FIRST)] };

let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit({ attachments: { unclaimed: 20_000 } });
});

afterEach(() => kit.stop());

const file = (key: string, input: object = WITH_PAPERS, kiosk: KioskClient = kit.kiosk) =>
  kiosk.submit(key, OPERATION, input);

async function bothArrive(kiosk: KioskClient = kit.kiosk): Promise<void> {
  for (const paper of [FIRST, SECOND])
    expect(await kiosk.attach(paper)).toEqual({
      status: 200,
      body: { outcome: "ok", result: { sha256: attachmentOf(paper).sha256 } },
    });
}

/** How many papers the gateway holds. */
function held(): number {
  const { database } = openStore(kit.directory);
  const { count } = database.prepare("SELECT count(*) AS count FROM attachments").get() as { readonly count: number };
  database.close();
  return count;
}

const refusal = (code: string) => ({ outcome: "error", error: { code } });
const MISSING = refusal("gateway.attachment-missing");

describe("papers of a submission", () => {
  test("reach the institution whole, once and in their order, and are destroyed then", async () => {
    await bothArrive();
    const first = await file("j1/file-1");
    expect(first.body).toMatchObject({ outcome: "ok" });
    expect(held()).toBe(0);
    expect(await file("j1/file-1")).toEqual(first);
    expect(kit.institutions.reclamos.complaints).toEqual([
      {
        ...COMPLAINT,
        attachments: [
          { name: "documento-1.jpg", ...attachmentOf(SECOND) },
          { name: "documento-2.jpg", ...attachmentOf(FIRST) },
        ],
      },
    ]);
  });

  test("of many megabytes reach it too", async () => {
    await kit.stop();
    kit = await startGatewayKit();
    const papers = Array.from({ length: 2 }, (_, page) => markedPaper(`page ${page} `, 1_500_000));
    for (const paper of papers) await kit.kiosk.attach(paper);
    const attachments = papers.map(attachmentOf);
    expect((await file("j1/file-1", { ...COMPLAINT, attachments })).body).toMatchObject({ outcome: "ok" });
    expect(kit.institutions.reclamos.complaints.at(0)?.attachments?.map(({ sha256 }) => sha256)).toEqual(
      attachments.map(({ sha256 }) => sha256),
    );
  });

  test("that are not there end it without effect, and the same key is submitted when they are", async () => {
    await kit.kiosk.attach(FIRST);
    expect((await file("j1/file-1")).body).toMatchObject(MISSING);
    expect(await kit.kiosk.state("j1/file-1")).toMatchObject({ body: { state: "absent" } });
    expect(kit.institutions.reclamos.exchanges).toEqual([]);
    await kit.kiosk.attach(SECOND);
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "ok" });
  });

  test("are those of one kiosk", async () => {
    await bothArrive(kit.otherKiosk);
    expect((await file("j1/file-1")).body).toMatchObject(MISSING);
    await bothArrive();
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "ok" });
    expect((await file("j1/file-1", WITH_PAPERS, kit.otherKiosk)).body).toMatchObject({ outcome: "ok" });
  });

  test("of another size than the submission says are not those that it names", async () => {
    await bothArrive();
    const [paper] = WITH_PAPERS.attachments;
    const attachments = [{ ...paper, bytes: 1 }];
    expect((await file("j1/file-1", { ...COMPLAINT, attachments })).body).toMatchObject(MISSING);
  });

  test("survive a restart of the gateway between their coming and the submission", async () => {
    await bothArrive();
    await kit.restart();
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "ok" });
  });
});

describe("what becomes of them", () => {
  test("nobody's: destroyed after a day", async () => {
    await bothArrive();
    await kit.clock.advance(DAY - 2 * 60 * 60 * 1000);
    expect(held()).toBe(2);
    await kit.clock.advance(4 * 60 * 60 * 1000);
    expect(held()).toBe(0);
    expect((await file("j1/file-1")).body).toMatchObject(MISSING);
  });

  test("refused by the institution: destroyed with the answer", async () => {
    await bothArrive();
    const { body } = await file("j1/file-1", { ...WITH_PAPERS, run: "9999999-3" });
    expect(body).toMatchObject(refusal("chileatiende.person-unknown"));
    expect(held()).toBe(0);
  });

  test("not handed over: nobody's again, so that the same key finds them or asks for them", async () => {
    await bothArrive();
    await kit.institutions.reclamos.fail("down");
    expect((await file("j1/file-1")).body).toMatchObject(refusal("institution.unreachable"));
    await kit.institutions.reclamos.restore();
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "ok" });

    await bothArrive();
    await kit.institutions.reclamos.fail("down");
    await file("j2/file-1");
    await kit.clock.advance(DAY + 2 * 60 * 60 * 1000);
    expect(held()).toBe(0);
    await kit.institutions.reclamos.restore();
    expect((await file("j2/file-1")).body).toMatchObject(MISSING);
    await bothArrive();
    expect((await file("j2/file-1")).body).toMatchObject({ outcome: "ok" });
  });

  test("in doubt: kept until it is known what became of them, also over a restart", async () => {
    await bothArrive();
    await kit.institutions.reclamos.fail("error-500");
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "unknown" });
    await kit.restart();
    expect(held()).toBe(2);
    await kit.institutions.reclamos.restore();
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "ok" });
    expect(held()).toBe(0);
  });

  test("in doubt and gone meanwhile: still in doubt, and not told to have had no effect", async () => {
    await bothArrive();
    await kit.institutions.reclamos.fail("error-500");
    await file("j1/file-1");
    const { database } = openStore(kit.directory);
    database.exec("DELETE FROM attachments");
    database.close();
    await kit.institutions.reclamos.restore();
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "unknown" });
    expect(kit.institutions.reclamos.complaints).toEqual([]);
  });

  test("an answer that was lost: taken up from the institution, and destroyed", async () => {
    await bothArrive();
    await kit.institutions.reclamos.fail("drop-answer", { times: 1 });
    expect((await file("j1/file-1")).body).toMatchObject({ outcome: "ok" });
    expect(kit.institutions.reclamos.complaints).toHaveLength(1);
    expect(held()).toBe(0);
  });
});

describe("what is refused", () => {
  test.each<[string, number, () => ReturnType<KioskClient["attach"]>]>([
    ["another file under that hash", 400, () => kit.kiosk.attach(FIRST, attachmentOf(SECOND).sha256)],
    ["no JPEG file", 415, () => kit.kiosk.attach(Buffer.from("%PDF-1.7"))],
    ["nothing", 415, () => kit.kiosk.attach(Buffer.alloc(0))],
    ["one byte too many", 413, () => kit.kiosk.attach(markedPaper("x", MOST_ATTACHMENT_BYTES + 1))],
    ["another type", 415, () => kit.kiosk.attach(FIRST, attachmentOf(FIRST).sha256, "application/json")],
    ["a name that is no hash", 400, () => kit.kiosk.attach(FIRST, "12345678-5")],
  ])("%s: %i, and nothing is kept", async (_name, status, attach) => {
    const answered = await attach();
    expect(answered.status).toBe(status);
    expect(answered.body.outcome).toBe("error");
    expect(held()).toBe(0);
  });

  test("a picture at an address that takes none", async () => {
    expect((await kit.kiosk.text("PUT", "/v1/submissions/k", FIRST, "image/jpeg")).status).toBe(415);
  });

  test("whoever has no certificate", async () => {
    expect((await kit.phone.attach(FIRST)).status).toBe(401);
    expect(held()).toBe(0);
  });

  test("one that stands still is given up after a minute", async () => {
    const still = upload(FIRST.length);
    still.write(FIRST.subarray(0, 1_000));
    await expect.poll(() => kit.clock.pending).toBeGreaterThan(0);
    let over = false;
    void still.ended.then(() => {
      over = true;
    });
    await expect
      .poll(async () => {
        await kit.clock.advance(61_000);
        return over;
      })
      .toBe(true);
    expect(await still.ended).toBe(408);
    expect(held()).toBe(0);
  });

  /** An upload whose bytes come one after the other. @param length announced. */
  function upload(length: number) {
    const pair = kit.pki.kiosks.get(KIOSK);
    const { promise, resolve } = Promise.withResolvers<number | "broken">();
    const call = request(`${kit.url}/v1/attachments/${attachmentOf(FIRST).sha256}`, {
      method: "PUT",
      ...{ ca: kit.pki.ca.certificate, cert: pair?.certificate, key: pair?.key, agent: false },
      headers: { "content-type": "image/jpeg", "content-length": length },
    });
    call.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on("error", () => resolve("broken"));
    return { ended: promise, write: (bytes: Uint8Array) => void call.write(bytes) };
  }
});

describe("room", () => {
  test("for papers of one kiosk that no submission names is limited, and free again after a day", async () => {
    const papers = Array.from({ length: 6 }, (_, page) => markedPaper(`page ${page} `, 4_000));
    for (const paper of papers.slice(0, 5)) expect((await kit.kiosk.attach(paper)).status).toBe(200);
    const refused = await kit.kiosk.attach(papers[5] ?? FIRST);
    expect(refused).toMatchObject({ status: 429, body: refusal("gateway.attachments-full") });
    expect((await kit.kiosk.attach(papers[0] ?? FIRST)).status).toBe(200);
    expect((await kit.otherKiosk.attach(papers[5] ?? FIRST)).status).toBe(200);
    await kit.clock.advance(DAY + 2 * 60 * 60 * 1000);
    expect((await kit.kiosk.attach(papers[5] ?? FIRST)).status).toBe(200);
  });

  test("those of a submission in doubt do not count", async () => {
    await bothArrive();
    await kit.institutions.reclamos.fail("error-500");
    await file("j1/file-1");
    for (let page = 0; page < 5; page++)
      expect((await kit.kiosk.attach(markedPaper(`page ${page} `, 4_000))).status).toBe(200);
  });
});

describe("those of one submission", () => {
  let store: Store;

  beforeEach(() => {
    store = openStore(kit.directory);
  });

  afterEach(() => void store.database.close());

  test("may be as large together as the contract says, and no larger", () => {
    const insert = store.database.prepare(
      "INSERT INTO attachments (kiosk, paper, bytes, at, content) VALUES (?, ?, ?, 0, x'')",
    );
    const six = Array.from({ length: 6 }, (_, page) => {
      const sha256 = String(page).repeat(64);
      insert.run(KIOSK, store.seal.tag("attachment", sha256), MOST_ATTACHMENT_BYTES);
      return { sha256, bytes: MOST_ATTACHMENT_BYTES };
    });
    const attachments = new Attachments(store, kit.clock, MOST_ATTACHED_BYTES);
    const claimant = { kiosk: KIOSK, key: "k" };
    expect(attachments.claim(claimant, six)?.code).toBe("gateway.attachments-too-large");
    expect(attachments.claim(claimant, six.slice(0, 5))).toBeUndefined();
  });
});

test("neither database nor log holds anything of a picture, nor its hash", async () => {
  await bothArrive();
  await kit.institutions.reclamos.fail("error-500");
  await file("j1/file-1");
  expect(held()).toBe(2);
  const { sha256 } = attachmentOf(FIRST);
  for (const trace of ["first page", "second page", FIRST.toString("base64").slice(8, 48), sha256]) {
    expect(bytesAtRest(kit.directory)).not.toContain(trace);
    expect(JSON.stringify(kit.logged)).not.toContain(trace);
  }
});
