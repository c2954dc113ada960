/** deploy/Dockerfile: what it copies, runs and starts is there, and not as root. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { validate } from 'dockerfile-utils'
import { expect, it } from 'vitest'
import { COMMAND_NAMES } from '../../../src/cli/commands.ts'
import { defaultConf, variableOf } from '../../../src/config/conf.ts'
import { textOf } from '../../harness/pages.ts'

const HOME = join(import.meta.dirname, '../../..')

/** The instructions of each stage, without comments, continued lines joined. */
const stages = textOf('deploy/Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split(/^(?=FROM )/m)
  .map((stage) =>
    stage
      .trimEnd()
      .split('\n')
      .map((line) => /^(?<name>[A-Z]+) (?<rest>.*)$/.exec(line.trim())?.groups ?? { name: line, rest: '' }),
  )
const last = stages.at(-1) ?? []
const of = (name: string, stage = last): string[] =>
  stage.filter((one) => one['name'] === name).map((one) => one['rest'] ?? '')
const listOf = (name: string): string[] => JSON.parse(of(name).at(-1) ?? '[]') as string[]

it('is taken by a linter', () => {
  const lines = (text: string) =>
    validate(text).map(({ range, message }) => `line ${range.start.line + 1}: ${message as string}`)
  const text = textOf('deploy/Dockerfile')
  expect(lines(text)).toEqual([])
  expect(lines(text.replace('--interval=', '--intervall='))).toEqual([
    expect.stringMatching(/^line \d+: Unknown flag: intervall$/),
  ])
})

it('copies what is there', () => {
  const copied = stages.flatMap((stage) => of('COPY', stage)).filter((rest) => !rest.startsWith('--from='))
  const sources = copied.flatMap((rest) => rest.split(/\s+/).slice(0, -1))
  expect(sources.length).toBeGreaterThan(5)
  expect(sources.filter((source) => !existsSync(join(HOME, source)))).toEqual([])
})

it('runs scripts that are there, and removes the lists of packages in the layer that fetched them', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
  const runs = stages.flatMap((stage) => of('RUN', stage))
  const named = runs.flatMap((run) => [...run.matchAll(/npm run (\S+)/g)].map(([, name = '']) => name))
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
  for (const run of runs.filter((one) => one.includes('apt-get install'))) {
    expect(run).toMatch(/apt-get update.*--no-install-recommends.*rm -rf \/var\/lib\/apt\/lists/)
    expect(run).toMatch(/ ffmpeg /)
  }
})

it('sets settings that exist', () => {
  const conf = defaultConf() as unknown as Record<string, Record<string, unknown>>
  const all = Object.entries(conf).flatMap(([section, fields]) =>
    Object.keys(fields).map((field) => variableOf([section, field])),
  )
  const set = [
    ...of('ENV')
      .join(' ')
      .matchAll(/(OWT_\w+)=/g),
  ].map(([, name = '']) => name)
  expect(set.length).toBeGreaterThan(0)
  expect(set.filter((name) => !all.includes(name))).toEqual([])
})

it('starts the worker, and nothing as root after the packages are there', () => {
  const names = last.map((one) => one['name'])
  expect(names.lastIndexOf('USER')).toBeGreaterThan(names.lastIndexOf('RUN'))
  expect(of('USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  expect(listOf('ENTRYPOINT').slice(-2)).toEqual(['node', `${of('WORKDIR').at(-1)}/bin/owt-main`])
  expect(of('COPY')).toContain('bin bin')
  expect(COMMAND_NAMES).toContain(listOf('CMD')[0])
})

it('has a health check that tells whether the service answers', async () => {
  const [, command = '[]'] = /CMD (\[.*\])$/.exec(of('HEALTHCHECK').at(-1) ?? '') ?? []
  const [program, ...args] = JSON.parse(command) as string[]
  expect(program).toBe('node')
  let status = 200
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/healthz' ? status : 404).end(),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const isHealthy = (): Promise<boolean> =>
    promisify(execFile)(
      process.execPath,
      args.map((arg) => arg.replace(`:${defaultConf().serve.port}/`, `:${port}/`)),
    ).then(
      () => true,
      () => false,
    )
  expect(await isHealthy()).toBe(true)
  status = 503
  expect(await isHealthy()).toBe(false)
  server.close()
  await once(server, 'close')
  expect(await isHealthy()).toBe(false)
})
