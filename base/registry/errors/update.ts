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
  "guard.already-active": {
    who: "none",
    meaning: "The release that is asked for runs already",
    action: "Nothing; a rebuilt release needs a new version.",
  },
  "guard.bad-request": {
    who: "supplier",
    meaning: "A request to the guard does not have the required form",
    action: "Check that the agent's and the guard's versions fit together; the detail names the field.",
  },
  "guard.config": {
    who: "technician",
    meaning: "The guard's configuration file cannot be used",
    action: "Correct what the detail names.",
  },
  "guard.crash-loop": {
    who: "supplier",
    meaning: "Parts of a release on trial started too often, so it was rolled back",
    action: "Read the kiosk's logs of that time; correct the release.",
  },
  "guard.no-release": {
    who: "technician",
    meaning: "There is no release that could run",
    action: "Install the kiosk's package again; the detail names the directory.",
  },
  "guard.no-way-back": {
    who: "technician",
    meaning: "The release before is not whole, so there is nothing to roll back to",
    action: "Check the disk; install the kiosk's package again.",
  },
  "guard.not-on-trial": {
    who: "none",
    meaning: "The release that is named is not on trial",
    action: "Nothing: its trial has ended before.",
  },
  "guard.not-whole": {
    who: "technician",
    meaning: "A slot does not hold a whole release",
    action: "Check the disk; the next update writes the slot anew.",
  },
  "guard.on-trial": {
    who: "none",
    meaning: "Another release is on trial, so the slots are kept as they are",
    action: "Nothing: the trial ends by itself.",
  },
  "guard.restart-failed": {
    who: "technician",
    meaning: "The supervisor did not take the order to restart a part",
    action: "Look at the detail and the unit's state. The guard asks again.",
  },
  "guard.silence": {
    who: "supplier",
    meaning: "A release on trial was not confirmed in time, so it was rolled back",
    action:
      "Read the kiosk's logs of that time; the agent of the new release did not come up or did not reach its verdict.",
  },
  "guard.slot-empty": {
    who: "none",
    meaning: "The release that is asked for is not in the other slot",
    action: "Nothing: the agent installs it first.",
  },
  "guard.was-rolled-back": {
    who: "none",
    meaning: "This release was rolled back on this kiosk and is not tried again",
    action: "Release a corrected version, or resume the rollout with another try for failed kiosks.",
  },
  "guard.wrong-file": {
    who: "supplier",
    meaning: "The file does not have the length or digest that was asked for",
    action: "Nothing if it happens once; if it repeats, check the kiosk's disk.",
  },
  "guard.wrong-platform": {
    who: "supplier",
    meaning: "The release is for another kind of machine",
    action: "Roll out the release that was built for this platform.",
  },
  "guard.wrong-version": {
    who: "supplier",
    meaning: "The release inside the archive has another version than was asked for",
    action: "Build and sign the release again.",
  },
  "software.device-worse": {
    who: "supplier",
    meaning: "A device that worked before the update does not work with the new release, so it was rolled back",
    action: "Look at the device named in the detail and the kiosk's log of that time; correct the release.",
  },
  "software.disagreement": {
    who: "supplier",
    meaning: "What the fleet server asks for and what the signed update metadata says are not the same target",
    action: "Treat it as an attack until it is explained; compare the rollout with the repository.",
  },
  "software.disk": {
    who: "technician",
    meaning: "The software could not be written to the kiosk's disk",
    action: "Check space, rights and health of the disk; the detail names the path.",
  },
  "software.guard-silent": {
    who: "technician",
    meaning: "The guard does not answer",
    action: "Check the guard's unit and its log. The agent asks again.",
  },
  "software.needs-release": {
    who: "none",
    meaning: "The service package needs a newer release than this kiosk runs",
    action: "Roll the release out first.",
  },
  "software.no-screen": {
    who: "supplier",
    meaning: "No screen came back after the update, so it was rolled back",
    action: "Read the shell's log of that time; correct the release.",
  },
  "software.package-invalid": {
    who: "supplier",
    meaning: "The service package is not what its metadata says",
    action: "Build and sign the package again; the detail names the difference.",
  },
  "software.packages-refused": {
    who: "supplier",
    meaning: "The release refuses a service package that ran before it",
    action: "Correct the release, or release a package that fits it.",
  },
  "software.restarts": {
    who: "supplier",
    meaning: "The runtime of the new release restarted too often, so it was rolled back",
    action: "Read the runtime's log of that time; correct the release.",
  },
  "software.rolled-back": {
    who: "supplier",
    meaning: "The release was rolled back",
    action: "Read the kiosk's log of that time; correct the release.",
  },
  "software.runtime-silent": {
    who: "supplier",
    meaning: "The runtime of the new release did not answer, so it was rolled back",
    action: "Read the runtime's log of that time; correct the release.",
  },
  "software.wrong-platform": {
    who: "supplier",
    meaning: "The target is for another kind of machine",
    action: "Roll out the release that was built for this platform.",
  },
  "software.wrong-version": {
    who: "supplier",
    meaning: "The runtime that came up is not of the release on trial, so it was rolled back",
    action: "Check how the release was built; the detail names both versions.",
  },
} as const satisfies Record<string, ErrorEntry>;
