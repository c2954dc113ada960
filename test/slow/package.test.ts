/** The package as it is published: packed, and installed in a project that has nothing else. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HOME } from '../harness/run-worker.ts'

const run = promisify(execFile)
const MOST_BYTES = 3_000_000

let folder: string
let packed: { filename: string; unpackedSize: number; files: { path: string }[] }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-package-'))
  // A copy: packing compiles anew, and other tests run what is compiled.
  const copy = join(folder, 'copy')
  for (const name of [
    'bin',
    'conf',
    'src',
    'package.json',
    'tsconfig.json',
    'scripts/bundle.mjs',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ])
    await cp(join(HOME, name), join(copy, name), { recursive: true })
  const project = join(folder, 'project')
  await writeFile(join(copy, '.npmrc'), '')
  await run('ln', ['-s', join(HOME, 'node_modules'), join(copy, 'node_modules')])
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: copy })
  const list = JSON.parse(stdout.slice(stdout.indexOf('['))) as [typeof packed]
  packed = list[0]
  await cp(join(HOME, 'mixer'), join(project, 'mixer'), { recursive: true })
  await cp(join(HOME, 'examples'), join(project, 'examples'), { recursive: true })
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }))
  const tarball = join(folder, packed.filename)
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: project })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const inProject = (command: string, ...args: string[]) => run(command, args, { cwd: join(folder, 'project') })

it('holds what is needed and nothing else', () => {
  const names = packed.files.map(({ path }) => path)
  expect(new Set(names.map((name) => name.split('/')[0]))).toEqual(
    new Set(['LICENSE', 'README.md', 'CHANGELOG.md', 'bin', 'conf', 'dist', 'package.json']),
  )
  expect(names.filter((name) => /\.(tsbuildinfo|map)$|(?<!\.d)\.ts$|^dist\/generate/.test(name))).toEqual([])
  // Of the code only the bundle, which is what is loaded.
  expect(names.filter((name) => /^dist\/(?!bundle\/)/.test(name) && !name.endsWith('.d.ts'))).toEqual([])
  expect(packed.unpackedSize).toBeLessThan(MOST_BYTES)
})

it('has the command, which plans a job in the project that it is installed in', async () => {
  const { version } = JSON.parse(await readFile(join(HOME, 'package.json'), 'utf8')) as { version: string }
  expect((await inProject('npx', '--no-install', 'owt-main', '--version')).stdout).toBe(`${version}\n`)
  const { stdout } = await inProject('npx', '--no-install', 'owt-main', 'plan', '--json', 'mixer/cfg.json')
  expect(JSON.parse(stdout)).toMatchObject({ status: 'ok', timeline: { frames: 601 } })
})

it('has types that hold in the strictest project', async () => {
  await writeFile(
    join(folder, 'project/use.ts'),
    `import { mix, plan, preview, validate, type JobEvent, type Result } from 'owt-main'
const onEvent = (event: JobEvent): void => void event.kind
const job = mix({ cfg: 'cfg.json', workFolder: 'work', settings: { video: { speed: 'fast' } }, onEvent })
for await (const event of job) if (event.kind === 'warning') event.message satisfies string
;(await job.result) satisfies Result
;(await plan({ cfg: {}, workFolder: 'work' })).estimate?.outputBytes satisfies number | undefined
;(await preview({ cfg: {}, workFolder: 'work', output: 'sheet.png', at: 1 })).pictures satisfies object
for (const { message } of (await validate({ cfg: 'cfg.json' })).problems) message satisfies string
// @ts-expect-error: there is no such setting
mix({ cfg: 'cfg.json', workFolder: 'work', settings: { video: { speeed: 'fast' } } })
`,
  )
  const compiler = join(HOME, 'node_modules/typescript/bin/tsc')
  await inProject(
    'node',
    compiler,
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    'use.ts',
  )
})

it('runs the example, whose events are printed', async () => {
  const { stdout } = await inProject('node', 'examples/mix.mjs')
  expect(stdout).toMatch(/^4 recordings; the room began 2026-/m)
  expect(stdout).toMatch(/^encode: 100 %$/m)
  expect(stdout).toMatch(/^bucket\/output\/job-demo-.*\.mp4: \d+ bytes$/m)
})
