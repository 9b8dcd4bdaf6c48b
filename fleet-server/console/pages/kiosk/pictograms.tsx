import type { DeviceKind } from "../../../../base/contracts/device-status.ts";

/** Line drawings of the devices, in the colour of the text. Decoration: the device's name stands beside them. */
export function DevicePicture({ kind }: { readonly kind: DeviceKind }) {
  return (
    <svg class="picture" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      {PICTURES[kind]}
    </svg>
  );
}

const PICTURES = {
  "payment-terminal": (
    <>
      <rect class="picture__body" x="17" y="5" width="30" height="50" rx="5" />
      <rect class="picture__screen" x="22" y="11" width="20" height="12" rx="1.5" />
      <path d="M23.5 30h3M30.5 30h3M37.5 30h3M23.5 36h3M30.5 36h3M37.5 36h3M23.5 42h3M30.5 42h3M37.5 42h3" />
      <path class="picture__accent" d="M21 49h22M24 55v6h16v-6" />
    </>
  ),
  "receipt-printer": (
    <>
      <path class="picture__paper" d="M19 30V5l4 2.5L27.300 5l4.300 2.500L36 5l4.500 2.500L45 5v25" />
      <path d="M25 13h14M25 18h14M25 23h8" />
      <rect class="picture__body" x="9" y="28" width="46" height="27" rx="4" />
      <path class="picture__accent" d="M16 34h32" />
      <path d="M16 55v4M48 55v4M44 44h4" />
    </>
  ),
  "code-reader": (
    <>
      <path class="picture__body" d="M10 8h44a3 3 0 0 1 3 3v15a3 3 0 0 1-3 3H10a3 3 0 0 1-3-3V11a3 3 0 0 1 3-3z" />
      <path class="picture__screen" d="M17 14h30v9H17z" />
      <path class="picture__accent" d="M20 34 13 50M44 34l7 16M32 34v10" />
      <path d="M22 48h4v4h-4zM38 48h4v4h-4zM22 57h4M30 48v4M30 57h4M38 57h4M30 52h4" />
    </>
  ),
  "chip-card-reader": (
    <>
      <rect class="picture__paper" x="16" y="5" width="32" height="34" rx="3" />
      <path class="picture__accent" d="M24 13h12v10H24zM24 18h12M30 13v10" />
      <rect class="picture__body" x="8" y="30" width="48" height="24" rx="4" />
      <path d="M14 36h36M46 47h4M16 54v4M48 54v4" />
    </>
  ),
  "page-printer": (
    <>
      <path class="picture__paper" d="M17 22V6h30v16" />
      <rect class="picture__body" x="7" y="20" width="50" height="25" rx="4" />
      <path class="picture__screen" d="M17 38h30v20H17z" />
      <path d="M22 45h20M22 51h14M47 28h4" />
      <path class="picture__accent" d="M13 28h16" />
    </>
  ),
  "document-scanner": (
    <>
      <path class="picture__body" d="M9 27 51 9l3 7-42 18z" />
      <rect class="picture__body" x="7" y="36" width="50" height="20" rx="4" />
      <path class="picture__paper" d="M16 31h32v5H16z" />
      <path class="picture__accent" d="M14 43h36" />
      <path d="M14 50h10M47 50h4" />
    </>
  ),
  "fingerprint-reader": (
    <>
      <rect class="picture__body" x="11" y="6" width="42" height="52" rx="6" />
      <path class="picture__screen" d="M18 13h28v32H18z" />
      <path d="M24 39V29a8 8 0 0 1 16 0v4M28 41V30a4 4 0 0 1 8 0v11M32 30v12M40 37v4M24 24l1-2" />
      <path class="picture__accent" d="M24 52h16" />
    </>
  ),
  keypad: (
    <>
      <rect class="picture__body" x="9" y="10" width="46" height="32" rx="4" />
      <path d="M32 14l4 5h-8zM32 38l4-5h-8zM18 26l5-4v8zM46 26l-5-4v8z" />
      <circle class="picture__accent" cx="32" cy="26" r="4" />
      <path d="M20 42v5a12 8 0 0 0 12 8" />
      <circle class="picture__screen" cx="36" cy="55" r="4" />
    </>
  ),
  "io-board": (
    <>
      <rect class="picture__body" x="8" y="14" width="48" height="36" rx="3" />
      <path class="picture__screen" d="M23 24h18v16H23z" />
      <path d="M27 24v-5M32 24v-5M37 24v-5M27 40v5M32 40v5M37 40v5M14 14V8M20 14V8M44 50v6M50 50v6" />
      <path class="picture__accent" d="M48 22v4M48 31v4M15 22v4M15 31v4" />
    </>
  ),
  ups: (
    <>
      <rect class="picture__body" x="14" y="8" width="36" height="48" rx="4" />
      <path class="picture__accent" d="M34 15 26 28h6l-2 9 8-13h-6z" />
      <path class="picture__screen" d="M21 42h20v8H21z" />
      <path d="M41 44.500h3v3h-3M26 42v8M31 42v8M20 56v3M44 56v3" />
    </>
  ),
} as const;
