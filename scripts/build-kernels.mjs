/** Compiles kernels/*.ts (AssemblyScript) to WASM, once per arithmetic, and writes all as a module:
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

/** Where each program begins, and what it may use; kernels/arithmetic.ts asks which of them it is. */
const PROGRAMS = {
  exact: { entry: "kernels/index.ts", features: "simd,threads" },
  fused: { entry: "kernels/index.ts", features: "simd,threads,relaxed-simd" },
  double: { entry: "kernels/double.ts", features: "simd,threads" },
};

/** The kernels as WASM bytes. Throws with the compiler's messages when they do not compile. */
export async function compileKernels(program = "exact") {
  const { entry, features } = PROGRAMS[program];
  let bytes;
  const { error, stderr } = await asc.main(
    [entry, `--baseDir=${root}`, "--outFile=kernels.wasm", `--enable=${features}`, ...FLAGS],
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
  for (const program of Object.keys(PROGRAMS))
    binaries.push([program, await compileKernels(program)]);
  const entries = binaries.map(
    ([program, bytes]) => `  ${program}:\n    "${Buffer.from(bytes).toString("base64")}",\n`,
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
