/**
 * The order of the source tree: a folder imports from those before it only, types included, and nothing goes round.
 * docs/architecture.md says what each is for. ESLint keeps the pure ones from disk, network, clock and process.
 */
const ORDER = [
  ['text', 'model'],
  'folder',
  'messages',
  'errors.ts',
  'layout',
  'audio-clock',
  'timeline',
  'graph',
  'plan',
  'files',
  'network',
  'config',
  'updates',
  'ffmpeg',
  'scan',
  'storage',
  'check',
  'report',
  'progress',
  'events',
  'records',
  'status',
  'callback',
  'job',
  'reporting',
  'host',
  'fleet',
  'preview',
  'batch',
  'serve',
  'library',
  'index.ts',
  'cli',
  'generate',
  'commands',
  'main.ts',
]

const pathOf = (names) => `^src/(${[names].flat().join('|').replaceAll('.', '\\.')})(/|$)`

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...ORDER.slice(0, -1).map((names, i) => ({
      name: `${[names].flat().join('-')}-imports-what-comes-before-it`,
      severity: 'error',
      from: { path: pathOf(names) },
      to: { path: pathOf(ORDER.slice(i + 1).flat()) },
    })),
    {
      name: 'no-file-outside-the-order',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: pathOf(ORDER.flat()) },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
