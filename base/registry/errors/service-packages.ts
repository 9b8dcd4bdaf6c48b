import type { ErrorEntry } from "../entry.ts";

export const SERVICE_PACKAGE_ERRORS = {
  "service.package-damaged": {
    who: "supplier",
    meaning: "The service package is not as it was packed",
    action: "Fetch the package again from its author; the detail says what was changed or is missing.",
  },
  "service.package-signature": {
    who: "supplier",
    meaning: "The service package's signature does not hold",
    action: "Do not use it. Ask its author for the package that they signed.",
  },
  "service.package-untrusted": {
    who: "technician",
    meaning: "The service package is signed by a key that this kiosk does not trust",
    action: "If the key in the detail is the author's, put it among `authors` of the runtime's configuration.",
  },
  "service.package-older": {
    who: "supplier",
    meaning: "A later version of this service, or another content of this version, is installed",
    action: "Give the package a higher version, also when an earlier content is wanted again.",
  },
  "service.package-too-new": {
    who: "technician",
    meaning: "The service needs a later release of the kiosk's software",
    action: "Update the kiosk to the release named in the detail, then install the service.",
  },
  "service.package-unproved": {
    who: "supplier",
    meaning: "The service in the package does not hold what every service must hold",
    action: "Run `npm run services -- check` on the definition with the release of the kiosk, and pack it again.",
  },
  "service.package-storage": {
    who: "technician",
    meaning: "The service package cannot be read or stored",
    action: "Check the path, the rights and the free space named in the detail.",
  },
} as const satisfies Record<string, ErrorEntry>;
