import { defineConfig } from 'vitest/config'
import SummaryReporter from './harness/summary-reporter.ts'

const root = new URL('..', import.meta.url).pathname

// Tests read what is said: in English, whatever their user's language.
Object.assign(process.env, { LC_ALL: '', LC_MESSAGES: '', LANG: 'C.UTF-8' })

/** Cheapest first: unit (no disk, no ffmpeg), golden (frames and sound), e2e (the real binary, real servers). */
export default defineConfig({
  root,
  test: {
    projects: [
      // A loaded machine is slow: a limit that only it can reach would tell nothing.
      { root, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        root,
        test: {
          name: 'golden',
          include: ['test/golden/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        root,
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 },
      },
    ],
    maxWorkers: 2,
    reporters: ['default', new SummaryReporter()],
  },
})
