import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { InputKind, LightColour } from "./interface.ts";

/** How long a contact must stay before it is believed, milliseconds. Longer for "no" where people move in front of a sensor. */
export type Settling = { readonly yes: number; readonly no: number };

export type WiredInput = {
  readonly name: string;
  readonly kind: InputKind;
  /** Address of the discrete input, from 0. */
  readonly input: number;
  /** The contact is closed when the answer is no. */
  readonly inverted?: boolean;
  /** The kind's own when left out. */
  readonly settling?: Settling;
};

export type WiredLight = {
  readonly name: string;
  /** Address of the coil of each colour, from 0. */
  readonly coils: { readonly [colour in LightColour]?: number };
};

export type WiredRelay = {
  readonly name: string;
  readonly coil: number;
  /** What it is whenever nobody has said otherwise, e.g. after the board was away. */
  readonly safe: boolean;
};

/** What is connected to which terminal of the board. Configuration, never a guess: it differs in every housing. */
export type IoWiring = {
  /** Modbus address of the board, 1 to 247. */
  readonly unit: number;
  readonly inputs: readonly WiredInput[];
  readonly lights: readonly WiredLight[];
  readonly relays: readonly WiredRelay[];
};

/** A mechanical contact bounces for some milliseconds; somebody who leans back is still there. */
export const SETTLING: { readonly [kind in InputKind]: Settling } = {
  door: { yes: 100, no: 500 },
  proximity: { yes: 200, no: 3_000 },
  tamper: { yes: 50, no: 1_000 },
  switch: { yes: 50, no: 50 },
};

/** Boards of this kind have at most 32 terminals; one answer then fits any line. */
export const MAX_ADDRESS = 31;

export function coilsOf({ lights, relays }: Pick<IoWiring, "lights" | "relays">): readonly number[] {
  return [...lights.flatMap(({ coils }) => Object.values(coils)), ...relays.map(({ coil }) => coil)];
}

/** Refuses a wiring in which two things have one name or one terminal. */
export function checkWiring(wiring: IoWiring): Result<IoWiring, CodedError<"common.bad-input">> {
  const { unit, inputs, lights, relays } = wiring;
  const bad = (detail: string) => err(coded("common.bad-input", detail));
  const whole = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
  if (!whole(unit, 247) || unit === 0) return bad(`unit ${unit}: 1 to 247`);
  const coils = coilsOf(wiring);
  const terminals = inputs.map(({ input }) => input);
  for (const address of [...coils, ...terminals])
    if (!whole(address, MAX_ADDRESS)) return bad(`address ${address}: 0 to ${MAX_ADDRESS}`);
  const doubled = <T>(values: readonly T[]) => values.find((value, at) => values.indexOf(value) !== at);
  const name = doubled([...inputs, ...lights, ...relays].map((wired) => wired.name));
  if (name !== undefined) return bad(`two things are called ${name}`);
  const coil = doubled(coils);
  if (coil !== undefined) return bad(`two outputs are on coil ${coil}`);
  const dark = lights.find((light) => Object.keys(light.coils).length === 0);
  return dark === undefined ? ok(wiring) : bad(`the light ${dark.name} has no colour`);
}
