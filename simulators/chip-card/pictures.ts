import { createCanvas } from "@napi-rs/canvas";
import { fullName, type SyntheticPerson } from "../people.ts";
import type { Pictures } from "./document.ts";

/** Pixels: the size that ISO/IEC 19794-5 recommends for the face at the least. */
const FACE = { width: 300, height: 400 } as const;
const SIGNATURE = { width: 300, height: 80 } as const;

/** A drawn face and signature: of nobody. About 12 and 3 KB of JPEG. */
export async function drawPictures(person: SyntheticPerson): Promise<Pictures> {
  const face = createCanvas(FACE.width, FACE.height);
  const paint = face.getContext("2d");
  paint.fillStyle = "#dfe6ea";
  paint.fillRect(0, 0, FACE.width, FACE.height);
  paint.fillStyle = "#8d6b52";
  paint.beginPath();
  paint.ellipse(150, 190, 80, 110, 0, 0, 2 * Math.PI);
  paint.fill();
  // Strands, drawn from the name, make the picture as hard to compress as a photograph.
  const letters = [...fullName(person)];
  for (let strand = 0; strand < 400; strand++) {
    const letter = letters[strand % letters.length]?.codePointAt(0) ?? 0;
    paint.strokeStyle = `hsl(${(letter * 7 + strand) % 360} 30% ${20 + (strand % 40)}%)`;
    paint.beginPath();
    paint.moveTo((strand * 37) % FACE.width, 40 + ((letter * strand) % 90));
    paint.lineTo((strand * 53 + letter) % FACE.width, 60 + ((letter + strand * 11) % 110));
    paint.stroke();
  }
  const signature = createCanvas(SIGNATURE.width, SIGNATURE.height);
  const pen = signature.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, SIGNATURE.width, SIGNATURE.height);
  pen.fillStyle = "black";
  pen.font = "italic 24px sans-serif";
  pen.fillText(fullName(person), 10, 48);
  return {
    face: { mime: "image/jpeg", bytes: new Uint8Array(await face.encode("jpeg", 85)) },
    signature: { mime: "image/jpeg", bytes: new Uint8Array(await signature.encode("jpeg", 80)) },
  };
}
