/** Writes what the tar reader reads: one header and padded content for each file, two zero blocks at the end. */

const BLOCK = 512;

/** An archive of these files. `type`: the byte that says what each is; defaults to "0", a regular file. */
export function tar(
  files: Readonly<Record<string, Uint8Array>>,
  type = "0".charCodeAt(0),
): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const padded = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
    padded.set(content);
    return [header(name, content.length, type), padded];
  });
  return new Uint8Array(Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]));
}

function header(name: string, size: number, type: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write(" ".repeat(8), 148);
  block[156] = type;
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
