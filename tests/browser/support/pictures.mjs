// Photos to attach: real PNGs, made here, large enough to be reduced by the phone; and what is seen of them.
import { deflateSync } from "node:zlib";

const CRC = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

/** A PNG of black blocks on white: what must be readable where nothing hides it, and nowhere else. */
export function letters(width, height) {
  const cell = Math.floor(width / 40);
  return png(width, height, (x, y) => ((Math.floor(x / cell) + Math.floor(y / cell)) % 2 ? 255 : 0));
}

/** A PNG of `width` x `height` grey blotches; each seed gives another picture. */
export function picture(seed, width = 2600, height = 1950) {
  let state = seed >>> 0 || 1;
  return png(width, height, (x, y) => {
    if ((x & 7) === 0) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((x ^ y) & 0x7f) + (state >>> 25);
  });
}

function png(width, height, level) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = level(x, y);
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

/**
 * How far from their mean the levels of a part of a picture are, by fractions of its edges: 0 is one colour, black and white letters are near 127.
 * Of an `img`, or of the canvas that is drawn on.
 */
export async function spread(picture, left, top, width, height) {
  return picture.evaluate(
    async (element, [left, top, width, height]) => {
      if (element instanceof HTMLImageElement) await element.decode();
      const [wide, high] = [element.naturalWidth ?? element.width, element.naturalHeight ?? element.height];
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.round(width * wide), Math.round(height * high)];
      const context = canvas.getContext("2d");
      context.drawImage(element, left * wide, top * high, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const levels = Array.from({ length: data.length / 4 }, (_, index) => data[index * 4 + 1]);
      const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
      return Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length);
    },
    [left, top, width, height],
  );
}
