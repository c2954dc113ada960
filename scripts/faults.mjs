/**
 * Tries every fault that jobs are to survive, in full where CI takes a sample, and writes what became of the jobs
 * into docs/faults.md. A fault that is not survived leaves the page as it was.
 *
 *   npm run faults
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { format, resolveConfig } from 'prettier'

/**
 * What each file is about. `jobs`: each case runs whole jobs. `only`: how the names of those cases begin that are about
 * faults; `alone`: the rest of the file takes long and is not run.
 */
const SECTIONS = [
  { file: 'resume', title: 'Killed, stopped, cut off', jobs: true, only: /^(a worker|an upload) that/ },
  { file: 'errors', title: 'Two at once', jobs: true, only: /^a job that takes its time/, alone: true },
  { file: 'faults', title: 'The machine', jobs: true },
  { file: 'storage-disk-full', title: 'A full disk, while files are moved' },
  { file: 'storage-downloads', title: 'Downloads' },
  { file: 'storage-uploads', title: 'Uploads' },
  { file: 'storage-service', title: 'The storage service' },
  { file: 'storage-killed', title: 'Killed while files are moved' },
  { file: 'callbacks-delivery', title: 'Receivers of callbacks' },
]

const home = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'owt-main-faults-'))
const page = join(home, 'docs/faults.md')

try {
  const whole = SECTIONS.filter(({ alone }) => !alone)
  const parts = SECTIONS.filter(({ alone }) => alone)
  const tests = [
    ...run(whole.map(({ file }) => pathOf(file))),
    ...parts.flatMap(({ file, only }) => run([pathOf(file), '-t', only.source.replace('^', '')])),
  ]
  const options = { ...(await resolveConfig(page)), parser: 'markdown' }
  writeFileSync(page, await format(pageText(tests), options))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function pathOf(file) {
  const paths = ['integration', 'e2e', 'slow'].map((layer) => `test/${layer}/${file}.test.ts`)
  const found = paths.find((path) => existsSync(join(home, path)))
  if (found === undefined) throw new Error(`there is no test file called ${file}`)
  return found
}

/** Runs tests. @returns each with its file, what it tried and whether it was possible on this machine */
function run(args) {
  const report = join(folder, 'report.json')
  const { status } = spawnSync(
    process.execPath,
    [
      ...[
        'node_modules/vitest/vitest.mjs',
        'run',
        '-c',
        'test/vitest.config.ts',
        '--project',
        'e2e',
        ...args,
      ],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    { cwd: home, stdio: 'inherit', env: { ...process.env, TEST_FAULTS: 'all' } },
  )
  if (status !== 0) throw new Error('a fault was not survived: docs/faults.md is left as it was')
  return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: basename(name, '.test.ts'),
      fault: [...ancestorTitles, title].join(': '),
      status,
    })),
  )
}

function pageText(tests) {
  const sections = SECTIONS.map((section) => ({ ...section, rows: rowsOf(tests, section) }))
  const ofJobs = sections.filter(({ jobs }) => jobs).flatMap(({ rows }) => rows)
  const others = sections.filter(({ jobs }) => !jobs).flatMap(({ rows }) => rows)
  const [tried, survived] = [sum(ofJobs, 'tried'), sum(ofJobs, 'survived')]
  return [
    '# Faults',
    '',
    'Made by `npm run faults` (`node scripts/faults.mjs`): the real worker, the real ffmpeg, S3 and HTTP servers that',
    'fail on purpose, full disks. A run in which one case fails leaves this page unchanged.',
    '',
    'A job survives a fault if it succeeds nevertheless, or ends with one clear error and succeeds when it is started',
    'again without the fault; nothing may be left behind, and no recording left out because of it. After a worker was',
    'killed, video and audio have to be identical to those of an undisturbed run, packet by packet.',
    '',
    `**Whole jobs: ${tried} faults tried, ${survived} survived, jobs lost: ${tried === survived ? 'none' : tried - survived}.**`,
    '',
    `Single transfers and callbacks: ${sum(others, 'tried')} cases, ${sum(others, 'survived')} as they should be: retried if that`,
    'helps, reported at once if not. A few cases only look like a fault and must not be treated as one.',
    '',
    ...sections.flatMap(({ title, file, only, alone, rows }) => [
      `## ${title}`,
      '',
      `\`TEST_FAULTS=all npx vitest run -c test/vitest.config.ts ${pathOf(file)}${alone ? ` -t '${only.source.replace('^', '')}'` : ''}\``,
      '',
      '| case | tried | survived |',
      '| --- | ---: | ---: |',
      ...rows.map((row) => `| ${row.fault.replaceAll('|', '\\|')} | ${row.tried} | ${row.survived} |`),
      '',
    ]),
  ].join('\n')
}

/** One row for faults that differ in a number only; none for what this machine cannot do. */
function rowsOf(tests, { file, only }) {
  const rows = new Map()
  for (const { fault, status } of tests.filter((test) => test.file === file && test.status !== 'skipped')) {
    if (only && !only.test(fault)) continue
    const name = fault.replace(/\bat \d+ %/, 'at random moments, in %')
    const { tried = 0, survived = 0 } = rows.get(name) ?? {}
    rows.set(name, { fault: name, tried: tried + 1, survived: survived + (status === 'passed' ? 1 : 0) })
  }
  return [...rows.values()]
}

function sum(rows, field) {
  return rows.reduce((total, row) => total + row[field], 0)
}
