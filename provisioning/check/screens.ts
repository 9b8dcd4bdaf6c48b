import type { Root } from "../devices/root.ts";

export type ConnectedScreen = {
  /** Connector, e.g. `HDMI-A-1`. */
  readonly name: string;
  /** The mode that the screen prefers, e.g. `1920x1080`. */
  readonly mode: string;
  /** Width and height as the screen tells them; null when it does not. */
  readonly millimetres: readonly [number, number] | null;
};

/** The screens that are plugged in, by what the kernel's display drivers tell. */
export function connectedScreens(root: Root): ConnectedScreen[] {
  return root.list("/sys/class/drm").flatMap((connector) => {
    const folder = `/sys/class/drm/${connector}`;
    if (root.text(`${folder}/status`) !== "connected") return [];
    const edid = root.bytes(`${folder}/edid`);
    return [
      {
        name: connector.replace(/^card\d+-/, ""),
        mode: root.text(`${folder}/modes`)?.split("\n")[0] ?? "",
        millimetres: edid === undefined ? null : sizeOf(edid),
      },
    ];
  });
}

const BASE_BLOCK = 128;
const FIRST_DETAILED_TIMING = 54;

/**
 * Physical size from a screen's EDID (VESA E-EDID 1.4): millimetres of the first detailed timing (§3.10.2, bytes 12 to 14), else whole
 * centimetres (§3.6.2).
 */
export function sizeOf(edid: Uint8Array): readonly [number, number] | null {
  if (edid.length < BASE_BLOCK) return null;
  const byte = (at: number) => edid[at] ?? 0;
  const timing = FIRST_DETAILED_TIMING;
  const isTiming = byte(timing) !== 0 || byte(timing + 1) !== 0;
  const width = byte(timing + 12) | ((byte(timing + 14) & 0xf0) << 4);
  const height = byte(timing + 13) | ((byte(timing + 14) & 0x0f) << 8);
  if (isTiming && width > 0 && height > 0) return [width, height];
  const [widthCm, heightCm] = [byte(21), byte(22)];
  return widthCm > 0 && heightCm > 0 ? [widthCm * 10, heightCm * 10] : null;
}
