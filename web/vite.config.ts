import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = "http://127.0.0.1:8100";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/groundplane/web",
    emptyOutDir: true,
    assetsDir: "assets",
    target: "es2023",
    // The page's policy allows no data: scripts or fonts, so everything is a file of its own.
    assetsInlineLimit: 0,
    sourcemap: false,
    // three.js alone is half of the editor. Not split further: what is fetched late is not there any
    // more when the server was updated meanwhile.
    chunkSizeWarningLimit: 1000,
  },
  worker: { format: "es" },
  server: {
    port: 5173,
    proxy: { "/app": SERVER, "/v1": SERVER, "/blobs": SERVER },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 20_000,
  },
});
