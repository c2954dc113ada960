import tseslint from 'typescript-eslint'

/** Folders in which everything is decided from arguments: no disk, no network, no clock, no chance. */
const PURE = [
  'src/config/resolve',
  'src/model',
  'src/timeline',
  'src/updates',
  'src/audio-clock',
  'src/folder',
  'src/layout',
  'src/graph',
  'src/plan',
  'src/report',
  'src/cli/bash',
  'src/cli/commands',
  'src/cli/flags',
  'src/cli/help',
  'src/cli/options',
  'src/cli/parse',
  'src/cli/zsh',
  'src/generate/man-page',
  'src/serve/actions',
  'src/serve/fair',
  'src/serve/after-run',
  'src/text',
  'src/progress/line',
  'src/progress/pace',
  'src/progress/track',
  'src/status/state',
  'src/status/text',
]
const EFFECTS = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:http',
  'node:https',
  'node:net',
  'node:os',
  'fluent-ffmpeg',
  'pino',
  '@aws-sdk/client-s3',
]

export default tseslint.config(
  { ignores: ['dist/', '.ffmpegs/', 'node_modules/', 'work/', 'logs/', 'jobs/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./test/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `import { type X } from 'p'` still loads p when the worker starts; `import type` does not.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        // A field is taken out of an object by naming it beside the rest.
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Throw; main.ts alone decides the exit code.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // ffmpeg is started in one place; a batch and the service start the worker itself, once per job, in others.
    ignores: ['src/ffmpeg/**', 'src/batch/child.ts', 'src/serve/child.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: ['fluent-ffmpeg', 'node:child_process'] }] },
  },
  {
    files: PURE.flatMap((room) => [`${room}/**/*.ts`, `${room}.ts`]),
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: EFFECTS, patterns: ['**/ffmpeg/**', '**/storage/**', '**/records/**', '**/files/**'] },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['scripts/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['examples/**'], rules: { 'no-console': 'off' } },
)
