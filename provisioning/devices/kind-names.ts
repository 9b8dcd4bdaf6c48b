import type { DeviceKind } from "../../base/contracts/device-status.ts";
import type { Text } from "../text.ts";

/** What each kind of device is called for the technician. */
export const KIND_NAMES: Readonly<Record<DeviceKind, Text>> = {
  "payment-terminal": { es: "Terminal de pago", en: "Payment terminal" },
  "receipt-printer": { es: "Impresora", en: "Printer" },
  "code-reader": { es: "Lector de códigos", en: "Code reader" },
  "chip-card-reader": { es: "Lector de chip", en: "Chip card reader" },
  "page-printer": { es: "Impresora de hojas", en: "Page printer" },
  "fingerprint-reader": { es: "Lector de huella", en: "Fingerprint reader" },
  "document-scanner": { es: "Escáner de documentos", en: "Document scanner" },
  keypad: { es: "Teclado accesible", en: "Accessible keypad" },
  "io-board": { es: "Placa de luces y sensores", en: "Lights and sensors board" },
  ups: { es: "Respaldo de energía", en: "Backup power" },
};
