import { describe, expect, it } from 'vitest'
import {
  type TaskPlan,
  artifactKey,
  differingMakers,
  folderOf,
  parseAddress,
  parsePlan,
  placesRead,
  planAddress,
  planText,
  withoutCredentials,
} from '../../../src/fleet/task.ts'
import type { Command } from '../../../src/model/command.ts'

const command: Command = {
  name: 'video 1/2',
  inputs: [
    { args: ['-f', 'matroska'], path: '{recording:rec/ada.webm}', version: 'etag-1', seekMs: 1000 },
    { args: [], path: '{picture:ab}' },
    { args: [], path: '{recording:rec/ada.webm}', version: 'etag-1' },
  ],
  graph: { path: '{work}/video-1.graph', text: '[0:v]null[v]' },
  fps: 25,
  args: ['-c:v', 'libx264'],
  output: '{work}/video-1.mp4',
  files: [{ path: '{work}/name-1.txt', text: 'Ada' }],
  durationMs: 4000,
  frames: 100,
}
const KEY = '0123456789abcdef'.repeat(4)

const target = {
  kind: 's3',
  vendor: 's3',
  bucket: 'rooms',
  region: '',
  endpoint: 'https://s3.example.com:9000',
  pathStyle: true,
} as const

const plan: Omit<TaskPlan, 'format' | 'tasks'> = {
  jobId: 'j1',
  bucket: target,
  folder: 'out/.owt/j1/',
  makers: { worker: '1', ffmpeg: '7.1', machine: 'x64 avx' },
  size: { width: 640, height: 360, fps: 25, kbps: 1600 },
  objects: { '{recording:rec/ada.webm}': { key: 'rec/ada.webm', identity: 'etag-1' } },
}

const withCommand = (changes: object) =>
  JSON.stringify({ format: 1, ...plan, tasks: [{ key: KEY, command: { ...command, ...changes } }] })

describe('a plan of tasks', () => {
  it('comes back as it went', () => {
    const tasks = [{ key: KEY, command }]
    expect(parsePlan(planText({ ...plan, tasks }))).toEqual({ format: 1, ...plan, tasks })
    expect(parsePlan(withCommand({}))).toBeDefined()
  })

  it.each([
    ['writes elsewhere', { output: '/etc/passwd' }],
    ['writes above its folder', { output: '{work}/..' }],
    ['writes into a folder', { output: '{work}/a/b.mp4' }],
    ['writes a file elsewhere', { files: [{ path: '/tmp/x', text: '' }] }],
    ['writes its graph elsewhere', { graph: { path: '/tmp/x', text: '' } }],
    ['reads a file of the machine', { inputs: [{ args: [], path: '/etc/passwd' }] }],
    ['works in another folder', { cwd: '{work}/x' }],
    ['reads what another task makes', { after: ['{work}/video-2.mp4'] }],
  ])('has no command that %s', (_, changes) => {
    expect(parsePlan(withCommand(changes))).toBeUndefined()
  })

  it.each(['', '{}', '[]', '{"format":2}', JSON.stringify({ format: 1, ...plan, tasks: [] })])(
    'is not %s',
    (text) => expect(parsePlan(text)).toBeUndefined(),
  )

  it('holds no credentials', () => {
    const credentials = { accessKeyId: 'AK', secretAccessKey: 'very secret' }
    expect(withoutCredentials({ ...target, credentials })).toEqual(target)
    const local = { kind: 'local', folder: '/srv/bucket', bucket: 'bucket' } as const
    expect(withoutCredentials(local)).toEqual(local)
  })
})

describe('where tasks lie', () => {
  it('is below the folder of the finished file', () => {
    expect(folderOf({ jobId: 'j1', outputKey: 'out/a/j1.mp4' })).toBe('out/a/.owt/j1/')
    expect(folderOf({ jobId: 'j1', outputKey: 'j1.mp4' })).toBe('.owt/j1/')
    expect(artifactKey('.owt/j1/', { key: KEY, command })).toBe('.owt/j1/0123456789abcdef-video-1.mp4')
  })

  it('has an address that a machine can be given', () => {
    const key = 'out/a b?/.owt/j1/plan-1.json'
    const address = planAddress(target, key)
    expect(address).toMatch(/^s3:\/\/rooms\/out\/a%20b%3F\/\.owt\/j1\/plan-1\.json\?/)
    expect(parseAddress(address)).toEqual({ target, key })
    const local = { kind: 'local', folder: '/srv/bucket', bucket: 'bucket' } as const
    expect(planAddress(local, 'out/plan-1.json')).toBe('/srv/bucket/out/plan-1.json')
  })

  it.each(['/srv/plan.json', 's3://rooms', 's3://rooms/plan.json', 's3://rooms/p.json?endpoint=nowhere'])(
    'is not %s',
    (address) => expect(parseAddress(address)).toBeUndefined(),
  )
})

it('a task names what it reads once, and not what it writes', () => {
  const own = { args: [], path: '{work}/name-1.txt' } as const
  expect(placesRead({ ...command, inputs: [...command.inputs, own] })).toEqual([
    '{recording:rec/ada.webm}',
    '{picture:ab}',
  ])
})

it('only the makers that a plan names count', () => {
  const own = { worker: '1', ffmpeg: '5.1', machine: 'x64 avx', font: 'f' }
  expect(differingMakers(plan.makers, own)).toEqual(['ffmpeg'])
  expect(differingMakers({ worker: '1' }, own)).toEqual([])
  expect(differingMakers({ font: 'f', worker: '1' }, { worker: '1' })).toEqual(['font'])
})
