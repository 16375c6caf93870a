/** Compiles kernels/*.ts (AssemblyScript) to WASM, once per arithmetic, and writes both as a module:
 *  `node scripts/build-kernels.mjs`. */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const OUT = `${root}src/kernels/binary.generated.ts`;

// The memory is imported and shared; the program itself owns none of it (no data, no heap, no stack), so any
// number of instances can work on one memory.
const FLAGS = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime=stub",
  "--importMemory",
  "--sharedMemory",
  "--noExportMemory",
  "--initialMemory=1",
  "--maximumMemory=65536",
];

/** What each arithmetic may use; kernels/arithmetic.ts asks which of them it is. */
const FEATURES = { exact: "simd,threads", fused: "simd,threads,relaxed-simd" };

/** The kernels as WASM bytes. Throws with the compiler's messages when they do not compile. */
export async function compileKernels(arithmetic = "exact") {
  let bytes;
  const { error, stderr } = await asc.main(
    [
      "kernels/index.ts",
      `--baseDir=${root}`,
      "--outFile=kernels.wasm",
      `--enable=${FEATURES[arithmetic]}`,
      ...FLAGS,
    ],
    {
      writeFile(name, contents) {
        if (name.endsWith(".wasm")) bytes = contents;
      },
    },
  );
  if (error) throw new Error(`build-kernels: ${error.message}\n${stderr}`);
  return bytes;
}

/** Writes src/kernels/binary.generated.ts. */
export async function buildKernels() {
  const binaries = [];
  for (const arithmetic of Object.keys(FEATURES))
    binaries.push([arithmetic, await compileKernels(arithmetic)]);
  const entries = binaries.map(
    ([arithmetic, bytes]) => `  ${arithmetic}:\n    "${Buffer.from(bytes).toString("base64")}",\n`,
  );
  writeFileSync(
    OUT,
    `/** The kernels as WASM, base64. Made by scripts/build-kernels.mjs. */\nexport const binaries = {\n${entries.join("")}};\n`,
  );
  return { path: OUT, bytes: binaries.map(([, bytes]) => bytes.length) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { path, bytes } = await buildKernels();
  console.log(`${path}: ${bytes.join(" and ")} bytes of WASM`);
}
