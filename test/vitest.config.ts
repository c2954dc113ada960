import { defineConfig } from 'vitest/config'
import SummaryReporter from './harness/summary-reporter.ts'

const root = new URL('..', import.meta.url).pathname

// Tests read what is said: in English, whatever their user's language.
Object.assign(process.env, { LC_ALL: '', LC_MESSAGES: '', LANG: 'C.UTF-8' })

/** Ends a hang, and nothing else: a loaded machine is slow. */
const LIMIT_MS = 300_000
const limits = { testTimeout: LIMIT_MS, hookTimeout: LIMIT_MS }

/** Tests that replace a module. */
const MOCKING = ['test/unit/graph/audio.test.ts', 'test/unit/storage/local.test.ts']

/**
 * Cheapest first: unit (no ffmpeg), integration (real servers, no worker), golden (frames and audio), e2e (the real
 * binary, real servers), slow (whole rooms judged by the oracle, jobs that are killed and resumed, ffmpegs that stall,
 * `--strict` for every kind of omission: not part of `npm test`).
 */
export default defineConfig({
  root,
  test: {
    projects: [
      // Files share their modules: loading them anew for each takes as long as all tests together.
      {
        root,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: MOCKING,
          isolate: false,
          ...limits,
        },
      },
      { root, test: { name: 'unit-alone', include: MOCKING, ...limits } },
      { root, test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...limits } },
      { root, test: { name: 'golden', include: ['test/golden/**/*.test.ts'], ...limits } },
      { root, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...limits } },
      { root, test: { name: 'slow', include: ['test/slow/**/*.test.ts'], ...limits } },
    ],
    globalSetup: 'test/harness/compile.ts',
    maxWorkers: 2,
    reporters: ['default', new SummaryReporter()],
  },
})
