import { told } from "../../base/told.ts";

/** What the author's tool can do. */
export const USAGE = told(
  `npm run services -- <command>

  new <institution>/<service> [folder]
                          lays down a small service that proves as it stands, below folder (flows/services when absent)
  import-simple <file> <institution>/<service> [folder] [--draft] [--institution "Name"]
                          makes a service of a process that SIMPLE exported; lists in IMPORT.md what a kiosk keeps, replaces, leaves
                          out or must refuse, and writes nothing while something is refused, unless with --draft
  check [path] [--lang es|en]
                          proves every service definition at or below path (flows/services when absent): that it ends, can be
                          left, waits for nothing for ever, loses no money, asks for nothing twice or without consent, can be
                          read, and names its devices. Prints the table of proofs; of what does not hold file, line and the
                          shortest way to the fault, in Spanish or English: without --lang in the machine's language.
                          Tells the parts of all services that none of them uses.
  preview <path> [--port N] [--no-open]
                          shows a service on the kiosk's own screens while it is written: every page, whatever devices and
                          institutions answer. Shows it anew when a file changes
  diagram [path]          writes flow.svg into the folder of every service at or below path: its steps, ways, and what was
                          proved of them
  keys new|show [file]    makes the key by which you sign packages, or shows its public part
  pack <path> [--key file] [--out folder]
                          makes a signed package of a service that is proved
  verify <package> [--author key]
                          says what is in a package, and whether signature, hashes and proofs hold
  install <package> --data folder [--author key]
  install <package> --socket file
                          puts a package into a kiosk's data directory, or has the kiosk that runs take it

  Exit status: 0 all well, 1 something is refused, 64 bad usage.
  docs/write-a-service.md goes through it step by step.`,
  `npm run services -- <orden>

  new <institución>/<servicio> [carpeta]
                          crea un servicio pequeño que ya pasa la revisión, en la carpeta (si no se dice, flows/services)
  import-simple <archivo> <institución>/<servicio> [carpeta] [--draft] [--institution "Nombre"]
                          hace un servicio de un proceso exportado de SIMPLE; anota en IMPORT.md lo que el tótem deja igual, hace
                          de otra manera, deja fuera o no puede hacer. Si hay algo que no puede hacer no escribe nada, salvo
                          con --draft
  check [carpeta] [--lang es|en]
                          revisa cada servicio de la carpeta (si no se dice, flows/services): que termine, que se pueda salir de
                          él, que nadie espere para siempre, que no se pierda dinero, que nada se pregunte dos veces ni sin
                          consentimiento, que se pueda leer, y que nombre sus equipos. Muestra una tabla; de lo que no está
                          bien dice archivo, línea y el camino más corto hasta la falla. Sin --lang habla el idioma del
                          computador. Dice qué partes de todos los servicios no se usan.
  preview <carpeta> [--port N] [--no-open]
                          muestra el servicio en las pantallas del tótem mientras usted lo escribe: cada página, contesten lo que
                          contesten los equipos y las instituciones. Lo muestra de nuevo cuando cambia un archivo
  diagram [carpeta]       dibuja flow.svg en la carpeta de cada servicio: sus pasos, sus caminos y lo que se revisó
  keys new|show [archivo] hace la llave con que usted firma sus paquetes, o muestra su parte pública
  pack <carpeta> [--key archivo] [--out carpeta]
                          hace un paquete firmado de un servicio que pasó la revisión
  verify <paquete> [--author llave]
                          dice qué hay en un paquete, y si la firma, los archivos y la revisión están bien
  install <paquete> --data carpeta [--author llave]
  install <paquete> --socket archivo
                          pone un paquete en la carpeta de datos de un tótem, o hace que lo tome un tótem que está andando

  Al terminar: 0 todo bien, 1 algo se rechaza, 64 la orden está mal escrita.
  docs/write-a-service.md lo explica paso a paso.`,
);
