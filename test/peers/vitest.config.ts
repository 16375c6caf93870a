import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/peers/**/*.test.mjs"],
    exclude: ["**/node_modules/**"],
    testTimeout: 300_000,
    pool: "forks",
  },
});
