import { isDeepStrictEqual } from "node:util";
import { concat, fromHex } from "../../../base/bytes/bytes.ts";
import { ok } from "../../../base/result.ts";
import { readSecurityInfos, writeSecurityInfos } from "../../../drivers/chip-card-reader/access/security-infos.ts";
import {
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
} from "../../../drivers/chip-card-reader/apdu/apdu.ts";
import { exchange } from "../../../drivers/chip-card-reader/apdu/exchange.ts";
import { readSod, verifyPassively } from "../../../drivers/chip-card-reader/authenticity/passive.ts";
import { readSignedData } from "../../../drivers/chip-card-reader/authenticity/signed-data.ts";
import { readAtrInfo, writeAtrInfo } from "../../../drivers/chip-card-reader/lds/atr-info.ts";
import { readCom, writeCom } from "../../../drivers/chip-card-reader/lds/com.ts";
import { readDg11, readDg12, writeDg11, writeDg12 } from "../../../drivers/chip-card-reader/lds/details.ts";
import { readDg1, writeDg1 } from "../../../drivers/chip-card-reader/lds/dg1.ts";
import { readDg2, readDg7, writeDg2, writeDg7 } from "../../../drivers/chip-card-reader/lds/images.ts";
import { readDg14, readDg15, writeDg15 } from "../../../drivers/chip-card-reader/lds/keys.ts";
import { readSecurityObject, writeSecurityObject } from "../../../drivers/chip-card-reader/lds/security-object.ts";
import { SecureMessaging } from "../../../drivers/chip-card-reader/secure-messaging.ts";
import { checkNesting, readTlvs, tlv } from "../../../drivers/chip-card-reader/tlv.ts";
import { ChipWorld, NOW } from "../../support/chip-card.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { between, demand, pick, randomBytes, type Target } from "../target.ts";
import { fromRecords, recordsOf } from "./records.ts";

const FOLDER = "drivers/chip-card-reader";
const TODAY = "2026-11-23";
const BER = [0x00, 0x02, 0x04, 0x06, 0x30, 0x31, 0x5f, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0xff, 0xa0, 0x77, 0x6b];

const world = await ChipWorld.make();
const document = await world.issue();
const READERS: readonly ((bytes: Uint8Array) => unknown)[] = [
  (bytes) => readDg1(bytes, TODAY),
  ...[readAtrInfo, readCom, readDg2, readDg7, readDg11, readDg12, readDg14, readDg15],
  ...[readSecurityInfos, readSecurityObject, readSignedData, checkNesting],
];
const LINES = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
const JPEG = { mime: "image/jpeg", bytes: fromHex("FFD8FFE000104A46494600") } as const;
const FILES: readonly Uint8Array[] = [
  writeDg1(LINES),
  writeDg2(JPEG),
  writeDg7(JPEG),
  writeDg11({ surname: "MUÑOZ PÉREZ", givenNames: "ROSA", birthDate: "1974-08-12", address: "Calle Uno 2" }),
  writeDg12({ authority: "Registro Civil", issueDate: "2019-08-12" }),
  writeDg15(new Uint8Array(40)),
  writeCom(["DG1", "DG2", "DG11"]),
  writeAtrInfo({ command: 2_000, answer: 65_535 }),
  writeSecurityInfos([
    { kind: "pace", oid: "0.4.0.127.0.7.2.2.4.2.2", cipher: "aes128", mapping: "generic", parameterId: 13 },
    { kind: "active-authentication", oid: "2.23.136.1.1.5", signatureOid: "0.4.0.127.0.7.1.1.4.1.3" },
  ]),
  writeSecurityObject({ hashOid: "2.16.840.1.101.3.4.2.1", hashes: new Map([[1, randomBytes(() => 0.5, 32)]]) }),
];

/** The files of a chip: every reader has an answer to all bytes, and objects that are read are read again. */
const files: Target = {
  name: "chip-files",
  sources: [
    `${FOLDER}/tlv.ts`,
    ...["atr-info", "com", "details", "dg1", "images", "keys", "security-object"].map(
      (name) => `${FOLDER}/lds/${name}.ts`,
    ),
    `${FOLDER}/access/security-infos.ts`,
    `${FOLDER}/authenticity/signed-data.ts`,
  ],
  dictionary: BER,
  longest: 40_000,
  honest: (random) => pick(random, FILES),
  check: (input) => {
    for (const read of READERS) read(input);
    const objects = readTlvs(input);
    if (!objects.ok) return;
    const bytes = objects.value.reduce((sum, { value }) => sum + value.length + 2, 0);
    demand(bytes <= input.length, `read ${bytes} bytes out of ${input.length}`);
    const again = readTlvs(concat(objects.value.map(({ tag, value }) => tlv(tag, value))));
    demand(again.ok && isDeepStrictEqual(again.value, objects.value), "objects are not read again");
  },
};

/** EF.SOD with real signatures and certificates in it: verified without harm, and never as genuine once it was changed. */
const sod: Target = {
  name: "chip-sod",
  sources: [
    `${FOLDER}/authenticity/signed-data.ts`,
    `${FOLDER}/authenticity/passive.ts`,
    `${FOLDER}/lds/security-object.ts`,
  ],
  dictionary: BER,
  longest: 40_000,
  honest: () => document.files.get("SOD") ?? new Uint8Array(),
  check: (input) => {
    const honest = document.files.get("SOD") ?? new Uint8Array();
    const read = readSod(input);
    const group = document.files.get("DG1") ?? new Uint8Array();
    const parts = verifyPassively(read, new Map([["DG1", group]]), { trust: world.trust, issuer: "CHL", now: NOW });
    if (!Object.values(parts).every(({ proof }) => proof === "proved")) return;
    // Whatever is not signed may differ; what is signed may not.
    const genuine = readSod(honest);
    demand(isDeepStrictEqual(read?.signed.content, genuine?.signed.content), "a changed list of hashes is proved");
  },
};

/** A card's answers, commands as a card reads them, and a whole exchange with a card that answers anything. */
const apdus: Target = {
  name: "chip-apdus",
  sources: [
    `${FOLDER}/apdu/apdu.ts`,
    `${FOLDER}/apdu/exchange.ts`,
    `${FOLDER}/secure-messaging.ts`,
    `${FOLDER}/crypto/cipher.ts`,
  ],
  dictionary: [0x00, 0x61, 0x6c, 0x90, 0x87, 0x85, 0x97, 0x99, 0x8e, 0x0c, 0x02, 0x03, 0xff],
  longest: 8_000,
  honest: (random) => fromRecords(Array.from({ length: between(random, 1, 6) }, () => answer(random))),
  check: async (input, random) => {
    const command = decodeCommand(input);
    if (command !== undefined && (command.data?.length ?? 0) <= 0xffff)
      demand(isDeepStrictEqual(decodeCommand(encodeCommand(command)), command), "a command is not read again");
    const response = decodeResponse(input);
    if (response !== undefined)
      demand(isDeepStrictEqual(encodeResponse(response), input), "an answer is not written again");
    const answers = recordsOf(input);
    for (const each of answers) messaging().unwrapResponse({ data: each, sw: 0x9000 });
    let asked = 0;
    const channel = {
      // The list without end: a card that never tires.
      transmit: async () => ok(answers[asked++ % Math.max(1, answers.length)] ?? new Uint8Array()),
      close: async () => {},
    };
    const data = randomBytes(random, between(random, 0, 600));
    const got = await exchange(
      channel,
      { cla: 0, ins: 0xb0, p1: 0, p2: 0, data, le: 256 },
      { extended: random() < 0.5 },
    );
    demand(asked <= 310, `asked ${asked} times`);
    if (got.ok) demand(got.value.data.length <= 0x1_0000 + 256, `an answer of ${got.value.data.length} bytes`);
  },
};

function messaging(): SecureMessaging {
  return new SecureMessaging("aes128", { encryption: new Uint8Array(16), mac: new Uint8Array(16).fill(1) });
}

function answer(random: Random): Uint8Array {
  const data = randomBytes(random, between(random, 0, 60));
  const sw = pick(random, [0x9000, 0x6110, 0x6c10, 0x6100, 0x6a82]);
  return encodeResponse(random() < 0.4 ? messaging().wrapResponse({ data, sw }) : { data, sw });
}

export const CHIP: readonly Target[] = [files, sod, apdus];
