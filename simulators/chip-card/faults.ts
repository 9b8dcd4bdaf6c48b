import { concat } from "../../base/bytes/bytes.ts";
import { decodeCommand } from "../../drivers/chip-card-reader/apdu/apdu.ts";
import { tlv } from "../../drivers/chip-card-reader/tlv.ts";
import type { IssuedDocument } from "./document.ts";

/** What answers behind a reader: a chip, or something that only looks like one. */
export type ChipBehind = {
  /** Power-on. */
  readonly reset: () => void;
  /** `undefined`: the card is not there any more. */
  readonly process: (command: Uint8Array) => Uint8Array | undefined;
};

/** How a card behaves that was made, or breaks, to disturb its reader. */
export const MALICE = [
  "lying-length",
  "giant-file",
  "crumbs",
  "nested-content",
  "endless-answer",
  "endless-correction",
  "wrong-checksum",
  "empty-answers",
] as const;
export type Malice = (typeof MALICE)[number];

/** Files of a document whose makers lied about them. */
export function withLies(document: IssuedDocument, malice: Malice): IssuedDocument {
  const files = new Map(document.files);
  if (malice === "lying-length") files.set("DG2", Uint8Array.of(0x75, 0x82, 0x30, 0x00, ...new Uint8Array(100)));
  if (malice === "giant-file")
    files.set("DG2", Uint8Array.of(0x75, 0x84, 0x7f, 0xff, 0xff, 0xff, ...new Uint8Array(100)));
  if (malice === "nested-content") {
    let tower: Uint8Array = new Uint8Array();
    while (tower.length < 30_000) tower = tlv(0x30, tower);
    files.set("SOD", tlv(0x77, tower));
  }
  return { ...document, files };
}

/** A chip that does at the level of commands what `malice` says, and otherwise what `chip` does. */
export function maliciously(chip: ChipBehind, malice: Malice): ChipBehind {
  const isRead = (command: Uint8Array) => (decodeCommand(command)?.ins ?? 0) >> 1 === 0xb0 >> 1;
  return {
    reset: () => chip.reset(),
    process: (command) => {
      const reading = isRead(command);
      if (malice === "endless-answer" && (reading || command[1] === 0xc0))
        return concat([new Uint8Array(200), Uint8Array.of(0x61, 0xff)]);
      if (malice === "endless-correction" && reading) return Uint8Array.of(0x6c, 0x10);
      if (malice === "empty-answers" && reading) return Uint8Array.of(0x90, 0x00);
      const answer = chip.process(command);
      if (malice === "wrong-checksum" && answer !== undefined && answer.length > 20 && isSecured(command))
        return answer.with(-3, (answer.at(-3) ?? 0) ^ 1);
      return answer;
    },
  };
}

function isSecured(command: Uint8Array): boolean {
  return ((command[0] ?? 0) & 0x0c) !== 0;
}

/** Is taken away instead of answering the `count`-th command after power-on (1 for the first). */
export function removedAt(chip: ChipBehind, count: number): ChipBehind {
  let seen = 0;
  return {
    reset: () => {
      seen = 0;
      chip.reset();
    },
    process: (command) => (++seen >= count ? undefined : chip.process(command)),
  };
}
