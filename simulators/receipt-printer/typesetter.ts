import { encode as encodeQr } from "uqr";
import { decodeText } from "./code-pages.ts";
import { code128Modules, code128Text } from "./code128.ts";
import type { Command } from "./commands.ts";

/** Dots of one character of font A. */
export const CELL = { width: 12, height: 24 } as const;
const DEFAULT_LINE_SPACING = 30;

export type PaperElement =
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: readonly [number, number];
      readonly bold: boolean;
      readonly underline: boolean;
    }
  /** Black dots, row by row; `scale` dots of paper for one of the pattern. */
  | {
      readonly kind: "dots";
      readonly x: number;
      readonly y: number;
      readonly scale: readonly [number, number];
      readonly rows: readonly (readonly boolean[])[];
    };

/** What lies between two cuts. Positions in dots from the ticket's upper left corner. */
export type PrintedTicket = {
  readonly width: number;
  readonly height: number;
  readonly elements: readonly PaperElement[];
  /** The readable lines, joined with line feeds. */
  readonly text: string;
};

type Align = "left" | "center" | "right";
type Style = { bold: boolean; underline: boolean; size: readonly [number, number] };
type Run = Style & { text: string };

/** Sets what is printed onto paper as a thermal printer does: a fixed grid, line by line, from the commands' state. */
export class Typesetter {
  readonly #width: number;
  #style: Style = { bold: false, underline: false, size: [1, 1] };
  #align: Align = "left";
  #codePage = 0;
  #lineSpacing: number | undefined;
  #barcode = { height: 162, width: 3, hri: 0 };
  #qr = { module: 3, level: 0x30, data: new Uint8Array() };
  #runs: Run[] = [];
  #elements: PaperElement[] = [];
  #lines: string[] = [];
  #y = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Whether anything has been printed since the last cut. */
  get blank(): boolean {
    return this.#elements.length === 0 && this.#runs.length === 0;
  }

  /** Ends the ticket. */
  cut(): PrintedTicket {
    const ticket = this.peek();
    this.#elements = [];
    this.#lines = [];
    this.#y = 0;
    return ticket;
  }

  /** The unfinished ticket as it looks now. */
  peek(): PrintedTicket {
    return { width: this.#width, height: this.#y, elements: [...this.#elements], text: this.#lines.join("\n") };
  }

  /** Power lost: the line being collected is gone, what is printed stays. */
  forget(): void {
    this.#runs = [];
    this.initialise();
  }

  initialise(): void {
    this.#style = { bold: false, underline: false, size: [1, 1] };
    this.#align = "left";
    this.#codePage = 0;
    this.#lineSpacing = undefined;
    this.#barcode = { height: 162, width: 3, hri: 0 };
    this.#qr = { module: 3, level: 0x30, data: new Uint8Array() };
  }

  /** Executes a command that prints or styles. @returns the dots by which the paper moved. */
  execute(command: Command): number {
    const before = this.#y;
    switch (command.type) {
      case "initialise":
        this.#runs = [];
        this.initialise();
        break;
      case "text":
        this.#collect(decodeText(command.bytes, this.#codePage));
        break;
      case "line-feed":
        this.#printLine();
        break;
      case "feed":
        if (this.#runs.length > 0) this.#printLine(command.lines);
        else this.#advance(command.lines * this.#spacing(CELL.height), command.lines);
        break;
      case "feed-dots":
        if (this.#runs.length > 0) this.#printLine();
        this.#y += command.dots;
        break;
      case "code-page":
        this.#codePage = command.number;
        break;
      case "style": {
        const { bold, underline, size } = { ...this.#style, ...command };
        this.#style = { bold, underline, size };
        break;
      }
      case "align":
        this.#align = command.align;
        break;
      case "line-spacing":
        this.#lineSpacing = command.dots;
        break;
      case "barcode-setting":
        this.#barcode = { ...this.#barcode, [command.setting]: command.value };
        break;
      case "barcode":
        this.#printBarcode(command.symbology, command.data);
        break;
      case "qr-setting":
        this.#qr = { ...this.#qr, [command.setting]: command.value };
        break;
      case "qr-store":
        this.#qr = { ...this.#qr, data: new Uint8Array(command.data) };
        break;
      case "qr-print":
        this.#printQr();
        break;
      case "raster":
        this.#printDots(rasterRows(command.data, command.rowBytes, command.rows), [1, 1]);
        break;
      default:
        break;
    }
    return this.#y - before;
  }

  #collect(text: string): void {
    for (const character of text) {
      const width = CELL.width * this.#style.size[0];
      if (this.#collected + width > this.#width) this.#printLine();
      const last = this.#runs.at(-1);
      if (last !== undefined && sameStyle(last, this.#style)) last.text += character;
      else this.#runs.push({ ...this.#style, text: character });
    }
  }

  get #collected(): number {
    return this.#runs.reduce((sum, { text, size }) => sum + text.length * CELL.width * size[0], 0);
  }

  #printLine(lines = 1): void {
    const runs = this.#runs;
    this.#runs = [];
    const height = Math.max(CELL.height, ...runs.map(({ size }) => size[1] * CELL.height));
    const width = runs.reduce((sum, { text, size }) => sum + text.length * CELL.width * size[0], 0);
    let x = this.#left(width);
    for (const { text, size, bold, underline } of runs) {
      this.#elements.push({
        kind: "text",
        x,
        y: this.#y + height - size[1] * CELL.height,
        text,
        size,
        bold,
        underline,
      });
      x += text.length * CELL.width * size[0];
    }
    this.#lines.push(runs.map(({ text }) => text).join(""));
    this.#y += this.#spacing(height);
    if (lines > 1) this.#advance((lines - 1) * this.#spacing(CELL.height), lines - 1);
  }

  #advance(dots: number, lines: number): void {
    this.#lines.push(...new Array<string>(lines).fill(""));
    this.#y += dots;
  }

  #spacing(height: number): number {
    return Math.max(this.#lineSpacing ?? DEFAULT_LINE_SPACING, height + (this.#lineSpacing === undefined ? 6 : 0));
  }

  #left(width: number): number {
    const room = Math.max(0, this.#width - width);
    return this.#align === "left" ? 0 : this.#align === "right" ? room : Math.floor(room / 2);
  }

  #printDots(rows: readonly (readonly boolean[])[], scale: readonly [number, number]): void {
    const width = (rows[0]?.length ?? 0) * scale[0];
    this.#elements.push({ kind: "dots", x: this.#left(width), y: this.#y, scale, rows });
    this.#y += rows.length * scale[1];
  }

  #printBarcode(symbology: number, data: Uint8Array): void {
    const text = new TextDecoder("latin1").decode(data);
    const modules = symbology === 0x49 ? code128Modules(text) : undefined;
    if (modules === undefined || modules.length * this.#barcode.width > this.#width) return;
    this.#printDots([modules], [this.#barcode.width, this.#barcode.height]);
    if ((this.#barcode.hri & 2) === 0) return;
    const readable = code128Text(text);
    const x = this.#left(readable.length * CELL.width);
    const style = { size: [1, 1], bold: false, underline: false } as const;
    this.#elements.push({ kind: "text", x, y: this.#y + 2, text: readable, ...style });
    this.#lines.push(readable);
    this.#y += CELL.height + 4;
  }

  #printQr(): void {
    const { data, module, level } = this.#qr;
    if (data.length === 0) return;
    const ecc = (["L", "M", "Q", "H"] as const)[level - 0x30] ?? "L";
    const { data: rows } = encodeQr([...data], { ecc, boostEcc: false, border: 0 });
    if (rows.length * module > this.#width) return;
    this.#printDots(rows, [module, module]);
  }
}

function sameStyle(a: Style, b: Style): boolean {
  return a.bold === b.bold && a.underline === b.underline && a.size[0] === b.size[0] && a.size[1] === b.size[1];
}

function rasterRows(data: Uint8Array, rowBytes: number, rows: number): boolean[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: rowBytes * 8 }, (_, dot) => {
      const byte = data[row * rowBytes + (dot >> 3)] ?? 0;
      return (byte & (0x80 >> (dot & 7))) !== 0;
    }),
  );
}
