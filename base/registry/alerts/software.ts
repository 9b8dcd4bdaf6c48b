import type { AlertEntry } from "../alerts.ts";

export const SOFTWARE_ALERTS = {
  "update-failed": {
    axis: "software",
    severity: "warning",
    who: "supplier",
    title: { es: "Falló una actualización", en: "An update failed" },
    citizens: { es: "Nada: siguen con la versión anterior.", en: "Nothing: the earlier version goes on serving." },
    action: {
      es: "El detalle dice la causa. El equipo lo intenta otra vez cuando el despliegue lo pide.",
      en: "The detail says why. The kiosk tries again when the rollout asks for it.",
    },
  },
  "update-rolled-back": {
    axis: "software",
    severity: "warning",
    who: "supplier",
    title: { es: "Volvió a la versión anterior", en: "Rolled back to the earlier version" },
    citizens: { es: "Nada: volvieron a la versión anterior.", en: "Nothing: they are back on the earlier version." },
    action: {
      es: "No siga con el despliegue: pida los registros y avise a quien publicó la versión.",
      en: "Do not go on with the rollout: ask for the logs and tell who released the version.",
    },
  },
  "version-behind": {
    axis: "software",
    severity: "info",
    who: "none",
    title: { es: "Con versión distinta de la asignada", en: "Not on the assigned version" },
    citizens: { es: "No notan nada.", en: "They notice nothing." },
    action: {
      es: "Nada, salvo que dure: el equipo cambia cuando nadie lo usa.",
      en: "Nothing, unless it lasts: the kiosk changes when nobody uses it.",
    },
  },
  "metadata-expiring": {
    axis: "software",
    severity: "warning",
    who: "supplier",
    title: { es: "Los metadatos de actualización vencen pronto", en: "Update metadata expires soon" },
    citizens: { es: "No notan nada.", en: "They notice nothing." },
    action: {
      es: "Revise que el servidor de flota firme y que el equipo llegue a él.",
      en: "Check that the fleet server signs and that the kiosk reaches it.",
    },
  },
  "metadata-expired": {
    axis: "software",
    severity: "warning",
    who: "supplier",
    title: { es: "Metadatos de actualización vencidos", en: "Update metadata has expired" },
    citizens: {
      es: "Nada, pero el equipo ya no acepta actualizaciones.",
      en: "Nothing, but the kiosk takes no more updates.",
    },
    action: {
      es: "Revise que el servidor de flota firme, y el reloj del equipo.",
      en: "Check that the fleet server signs, and the kiosk's clock.",
    },
  },
} as const satisfies Record<string, AlertEntry>;
