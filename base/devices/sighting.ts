import type { DeviceKind } from "../contracts/device-status.ts";

/**
 * How a device shows itself to the operating system before anybody opens it. What is not known is left out; ids are four
 * hexadecimal digits, lower case.
 */
export type Sighting =
  | (Ids & {
      readonly bus: "serial";
      /** udev's `ID_SERIAL`: what stands in a link of `/dev/serial/by-id` between `usb-` and `-if…`. */
      readonly idSerial?: string;
    })
  | (Ids & {
      readonly bus: "usb-printer";
      /** The IEEE 1284 device id, which usblp offers as `ieee1284_id`. */
      readonly ieee1284?: string;
    })
  | (Ids & {
      readonly bus: "hid";
      /** Of the first top-level collection. */
      readonly usagePage?: number;
      readonly usage?: number;
    })
  | (Ids & {
      readonly bus: "card-reader";
      /** The name under which PC/SC lists it. */
      readonly reader?: string;
    });

type Ids = { readonly vendor?: string; readonly product?: string };

/**
 * What a kind of device looks like. A match needs everything that the entry has; text is matched by udev's patterns, where `*` stands for
 * any characters, so that a rule of udev can be written from it.
 */
export type Fingerprint = {
  /** Null for what may be anything, e.g. an adapter. */
  readonly kind: DeviceKind | null;
  readonly name: string;
  readonly match: Sighting;
  /** How much a match proves, 1 to 100. Below `SURE` it is a hint for the technician and assigns nothing. */
  readonly score: number;
  /** Where this is known from. */
  readonly source: string;
  /** Devices as they were seen or described, serial numbers masked. */
  readonly examples: readonly Sighting[];
};

/** From here up a match that is the only one assigns a port. */
export const SURE = 60;

export function matchesFingerprint(seen: Sighting, { match }: Fingerprint): boolean {
  const facts = seen as Readonly<Record<string, string | number | undefined>>;
  return Object.entries(match).every(([name, wanted]) => {
    const fact = facts[name];
    return typeof wanted === "string" && typeof fact === "string" ? patternOf(wanted).test(fact) : fact === wanted;
  });
}

/** The entries that fit, the most telling first. */
export function fingerprintsOf(seen: Sighting, table: readonly Fingerprint[]): Fingerprint[] {
  return table.filter((entry) => matchesFingerprint(seen, entry)).sort((a, b) => b.score - a.score);
}

/** The `ID_SERIAL` in a link of `/dev/serial/by-id`, with or without its folder; undefined for any other name. */
export function idSerialOf(link: string): string | undefined {
  return /^(?:\/dev\/serial\/by-id\/)?usb-(.+)-if[0-9a-f]{2}(?:-port\d+)?$/.exec(link)?.[1];
}

function patternOf(pattern: string): RegExp {
  const literal = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`);
}
