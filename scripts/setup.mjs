// Makes a fresh clone ready to run: checks Node, installs what package-lock.json names, builds.
// Needs nothing but Node and npm; says nothing and takes no time when all is up to date.
// Everything is imported after the version check, so that an old Node gets the sentence below.

const [major, minor] = process.versions.node.split(".").map(Number);
const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
if (!supported) {
  console.error(
    `normlens: got Node ${process.versions.node}, expected 20.19 or newer (22: 22.12 or newer); ` +
      "install a current version from https://nodejs.org and run the command again.",
  );
  process.exit(1);
}

const { existsSync } = await import("node:fs");
const sources = new URL("../src/", import.meta.url);
// The published package carries the finished program without its sources: nothing to set up.
if (existsSync(sources)) {
  const { StepError, exclusively } = await import("./build-steps.mjs");
  const { install, installed } = await import("./install.mjs");
  const { build, outdated } = await import("./build.mjs");
  try {
    if (!installed() || outdated().length > 0)
      await exclusively(async () => {
        if (!installed()) await install();
        await build();
        const seconds = (performance.now() / 1000).toFixed(1); // since the process began
        process.stderr.write(`normlens: ready after ${seconds} s\n`);
      });
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
