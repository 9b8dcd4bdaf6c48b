import { encode } from "uqr";
import "./qr.css";

/** A QR code as one path, with the quiet zone of four modules that ISO/IEC 18004 asks for. */
export function Qr({ content, label }: { readonly content: string; readonly label: string }) {
  const { data, size } = encode(content, { ecc: "M", border: 4 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
