/** Integration tests: need root and the testbed (scripts/testbed). One at a time: a booted system takes both cores. */
export default {
  files: ["dist/test/integration/**/*.test.js"],
  workerThreads: false,
  concurrency: 2,
  timeout: "15m",
};
