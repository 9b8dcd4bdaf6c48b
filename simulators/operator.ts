import type { Observable } from "../base/observable.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Words for whoever looks at the dock. */
export type Sentence = { readonly es: string; readonly en: string };

/** One thing that an operator's hand can do to a simulated device, e.g. tear the paper. */
export type OperatorAction = {
  /** What the button says, in Spanish and English. */
  readonly label: Sentence;
  /** Names and kinds of parameters; the dock draws a field for each. */
  readonly parameters?: { readonly [name: string]: OperatorParameter };
  /** Does it. @throws Error with a sentence for the operator when the parameters are wrong. */
  readonly run: (parameters: { readonly [name: string]: Json }) => void | Promise<void>;
};

export type OperatorParameter = {
  readonly kind: "text" | "number" | "choice" | "flag";
  readonly choices?: readonly string[];
  readonly initial?: Json;
};

/** A picture that the device can show, e.g. what is printed on the paper. */
export type OperatorPicture = {
  readonly name: string;
  readonly png: () => Promise<Uint8Array>;
  /** The words in the picture, line by line. */
  readonly text?: string;
  /** Names what is to be seen: it changes when the picture under the same name does. */
  readonly version: string;
};

export type DeviceReach = {
  /** Of the driver's process. */
  readonly environment: { readonly [name: string]: string };
  /** Options of the driver's command line, e.g. `trust`. */
  readonly options: { readonly [name: string]: string };
};

/**
 * A simulated device seen from the room: what stands there, what can be done to it, and how it looks. The same object
 * serves the dock, the operator API and the tests; drivers never see it, they see only the wire.
 */
export interface SimulatedDevice {
  readonly id: string;
  readonly kind: string;
  readonly model: string;
  /** Where the wire ends: a path or `host:port`. */
  readonly port: string;
  readonly actions: { readonly [name: string]: OperatorAction };
  /** Serialisable state for the dock; changes are told to subscribers. */
  readonly state: Observable<Json>;
  /** Why it cannot be used on this machine, and what to do about it. */
  readonly problem?: Sentence;
  /** What a driver on this machine needs beside `port` to find it. */
  readonly reach?: DeviceReach;
  readonly pictures?: () => readonly OperatorPicture[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A device as the operator API tells it. */
export type DeviceDescription = Pick<SimulatedDevice, "id" | "kind" | "model" | "port" | "problem" | "reach"> & {
  readonly state: Json;
  readonly actions: readonly {
    readonly name: string;
    readonly label: OperatorAction["label"];
    readonly parameters: { readonly [name: string]: OperatorParameter };
  }[];
  readonly pictures: readonly { readonly name: string; readonly version: string }[];
};
