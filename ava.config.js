/** Unit tests: quick, run as anyone, need neither root nor systemd. */
export default {
  files: ["dist/test/**/*.test.js", "!dist/test/integration/**"],
  workerThreads: false,
  // Without news: a machine that builds other things meanwhile is slow, not broken.
  timeout: "2m",
};
