import { defineConfig } from "vitest/config";

/** Journeys drive a real browser against a running product; tests/journeys starts both. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["journeys/**/*.journey.ts"],
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
