import type { ErrorEntry } from "../entry.ts";

export const UPDATE_ERRORS = {
  "update.no-root": {
    who: "technician",
    meaning: "There is no readable root of trust for updates",
    action: "Enrol the kiosk again: the root of trust comes with the enrolment.",
  },
  "update.unreachable": {
    who: "technician",
    meaning: "The update repository cannot be reached or does not have the file",
    action: "Check the network and the address of the fleet server. The kiosk tries again by itself.",
  },
  "update.too-slow": {
    who: "technician",
    meaning: "The update repository sends too slowly",
    action:
      "Check the network. A proxy that holds data back looks the same as an attack; the kiosk tries again by itself.",
  },
  "update.too-long": {
    who: "supplier",
    meaning: "The update repository sends more than its metadata allow",
    action: "Compare the repository's files with their source: somebody may have changed them on the way.",
  },
  "update.malformed": {
    who: "supplier",
    meaning: "Metadata of the update repository cannot be read",
    action: "Compare the repository's files with their source. The detail names the role.",
  },
  "update.not-signed": {
    who: "supplier",
    meaning: "Metadata of the update repository are not signed by enough of the keys that may sign them",
    action: "Find out who put them there before anything else: this is what an attack looks like.",
  },
  "update.rollback": {
    who: "supplier",
    meaning: "The update repository offers something older than what this kiosk has seen",
    action: "Restore the newest metadata. After a restore from a backup, sign with higher version numbers.",
  },
  "update.mismatch": {
    who: "supplier",
    meaning: "Files of the update repository do not belong together",
    action: "Publish the repository as a whole. The detail names the file that differs.",
  },
  "update.expired": {
    who: "supplier",
    meaning: "Metadata of the update repository have expired",
    action: "See whether the fleet server signs (its log says why not), and whether the clocks are right.",
  },
  "update.no-such-target": {
    who: "supplier",
    meaning: "The update repository has no such target",
    action: "Add it to the repository, or ask for another one.",
  },
  "update.wrong-content": {
    who: "supplier",
    meaning: "A file is not what the signed metadata say",
    action: "Compare the repository's files with their source: somebody may have changed them on the way.",
  },
  "update.unfit": {
    who: "supplier",
    meaning: "The target is not made for this machine",
    action: "Roll out the release that was built for the platform in the detail.",
  },
  "update.storage": {
    who: "technician",
    meaning: "The disk does not take the update",
    action: "Look at free space, health and rights of the disk. The detail holds the system's cause.",
  },
  "update.archive-damaged": {
    who: "supplier",
    meaning: "The archive cannot be read",
    action: "Build it again with this project's tool.",
  },
  "update.archive-entry": {
    who: "supplier",
    meaning: "The archive holds an entry that is not allowed",
    action: "Build it again with this project's tool. The detail names the entry and what is wrong with it.",
  },
  "update.archive-limit": {
    who: "supplier",
    meaning: "The archive unpacks to more than is allowed",
    action: "Build a smaller archive. The detail names the limit.",
  },
  "update.package": {
    who: "supplier",
    meaning: "The file is no release and no service package of this project",
    action: "Build it with this project's tool. The detail says what is missing or wrong.",
  },
  "update.repository": {
    who: "supplier",
    meaning: "The update repository is not usable as it is",
    action: "The detail says what is missing. A new one is made by `npm run fleet -- repository init`.",
  },
  "update.key": {
    who: "supplier",
    meaning: "A signing key of the update repository is missing or is not the one that the metadata name",
    action: "Bring the key that belongs to the role, or rotate it with `npm run fleet -- repository rotate-key`.",
  },
} as const satisfies Record<string, ErrorEntry>;
