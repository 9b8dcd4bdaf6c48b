import type { ErrorEntry } from "../entry.ts";

export const SHELL_ERRORS = {
  "shell.forbidden-argument": {
    who: "technician",
    meaning: "The shell was started with an argument that it does not accept",
    action: "Remove the argument named in the detail from the service's unit file; only --ozone-platform is accepted.",
  },
  "shell.bad-option": {
    who: "technician",
    meaning: "An environment variable of the shell has an unusable value",
    action: "Correct the variable named in the detail.",
  },
  "shell.no-ui": {
    who: "supplier",
    meaning: "The screens' files are not where the shell looks for them",
    action: "Install the package again, or build the screens; the detail names the directory.",
  },
  "shell.no-browser": {
    who: "technician",
    meaning: "Chromium is not installed",
    action: "Install Debian's package chromium, or point VENTANILLA_CHROMIUM to the program.",
  },
  "shell.crash-loop": {
    who: "supplier",
    meaning: "The screen's program failed too often in a short time",
    action: "Look at the log events before this one; restart the kiosk if the machine itself is healthy.",
  },
} as const satisfies Record<string, ErrorEntry>;
